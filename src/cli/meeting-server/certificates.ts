import type { CertificateRow } from "#meeting-server";
import { type Cell, type Look, printable, table } from "#terminal";
import { print } from "./print.ts";
import { type ServerOptions, serverControl } from "./server-control.ts";

/** Exit code 1 if one of them has a problem, so that a cron job can tell. */
export async function certificates(options: ServerOptions): Promise<void> {
  const rows = await serverControl(options)<readonly CertificateRow[]>("GET", "/api/certificates");
  print(options, rows, (look) => certificatesText(rows, look));
  if (rows.some(({ problem }) => problem !== undefined)) process.exitCode = 1;
}

export function certificatesText(rows: readonly CertificateRow[], { paint }: Look): string {
  const cells = rows.map((row): Cell[] => {
    const state = row.problem === undefined ? paint("good", "good") : paint("bad", row.problem);
    if (row.subject === undefined) return [row.use, [state, row.file], "", ""];
    const names = row.names.length > 0 ? row.names.join(", ") : row.subject;
    return [row.use, state, printable(names), new Date(row.validTo).toISOString().slice(0, 10)];
  });
  const columns = [{ title: "for" }, { title: "state" }, { title: "names" }, { title: "valid to" }];
  return [paint("title", "Certificates"), ...table(columns, cells, paint)].join("\n");
}
