import type { CertificateRow } from "#certificates";
import { type Cell, type Look, printable, table } from "#terminal";

/** As the meeting server tells it, or the core and the edge. */
export type ListedCertificate = Pick<CertificateRow, "use" | "file"> &
  Partial<Pick<CertificateRow, "subject" | "names" | "validTo" | "problems" | "acme" | "request">> & {
    /** In words, of the meeting server. */
    readonly problem?: string | undefined;
  };

export function certificatesText(rows: readonly ListedCertificate[], look: Look): string {
  const { paint } = look;
  const cells = rows.map((row): Cell[] => {
    const names = row.names && row.names.length > 0 ? row.names.join(", ") : (row.subject ?? "");
    const validTo = row.validTo === undefined ? "" : new Date(row.validTo).toISOString().slice(0, 10);
    return [row.use, stateOf(row, look), printable(names), validTo];
  });
  const columns = [{ title: "for" }, { title: "state" }, { title: "names" }, { title: "valid to" }];
  return [paint("title", "Certificates"), ...table(columns, cells, paint), ...remedies(rows, look)].join("\n");
}

export function hasProblem({ problem, problems = [] }: ListedCertificate): boolean {
  return problem !== undefined || problems.length > 0;
}

function stateOf(row: ListedCertificate, { paint }: Look): Cell {
  const texts = [...(row.problem === undefined ? [] : [row.problem]), ...(row.problems ?? []).map(({ text }) => text)];
  const more = [
    ...(row.acme?.state === "ordering" ? ["being ordered"] : []),
    ...(row.request ? [`a request waits for its certificate: ${row.request.file}`] : []),
  ];
  if (texts.length === 0) return [paint("good", "good"), ...more.map(printable)];
  const where = row.subject === undefined ? [row.file] : [];
  return [...texts.map((text) => paint("bad", printable(text))), ...[...where, ...more].map(printable)];
}

function remedies(rows: readonly ListedCertificate[], { paint }: Look): string[] {
  const all = rows.flatMap(({ use, problems = [] }) => problems.map(({ remedy }) => `${use}: ${remedy}`));
  return all.length === 0
    ? []
    : ["", paint("title", "What to do"), ...[...new Set(all)].map((text) => `  ${printable(text)}`)];
}
