import type { CertificateFile, CertificateProblem, CertificateRow } from "./answers.ts";

export type CertificateMark = "good" | "waiting" | "bad";

/** Problems that do not keep anybody out yet. */
const MILD: ReadonlySet<string> = new Set(["expires-soon", "acme-failed"]);

export function certificateMark({ problems }: Pick<CertificateRow, "problems">): CertificateMark {
  if (problems.length === 0) return "good";
  return problems.every(({ code }) => MILD.has(code)) ? "waiting" : "bad";
}

const DAY_MS = 86_400_000;

/** A meeting server only tells of its files; core and edge have a store, which tells more and can change them. */
export function certificateRows(answer: readonly (CertificateRow | CertificateFile)[], now: number) {
  return answer.map((one): CertificateRow => ("problems" in one ? one : rowOfFile(one, now)));
}

function rowOfFile(report: CertificateFile, now: number): CertificateRow {
  const { use, file, problem } = report;
  const problems: readonly CertificateProblem[] =
    problem === undefined ? [] : [{ code: "file-bad", text: problem, remedy: "" }];
  const unread = { subject: "", issuer: "", names: [], fingerprint: "", keyType: "", chain: [] };
  if (report.subject === undefined) return { use, source: "files", file, ...unread, problems };
  const { subject, issuer, names, validFrom, validTo, fingerprint } = report;
  return {
    ...{ use, source: "files", file, subject, issuer, names, validFrom, validTo, fingerprint, problems },
    ...{ daysLeft: Math.floor((validTo - now) / DAY_MS), keyType: "", chain: [] },
  };
}

/** "CN=join.example.com, O=Example" -> "join.example.com"; the whole if it has no common name. */
export function commonName(subject: string): string {
  return /(?:^|,\s*)CN\s*=\s*([^,]+)/.exec(subject)?.[1]?.trim() ?? subject;
}

export function isPem(text: string, what: "CERTIFICATE" | "KEY"): boolean {
  return what === "KEY"
    ? /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+-----END [A-Z ]*PRIVATE KEY-----/.test(text)
    : /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(text);
}
