import type { RaisedAlarm } from "#alarms";
import type { CertificateRow } from "#certificates";
import type { DiagnosticState } from "#diagnostic-logging";

export function* certificateAlarms(certificates: readonly CertificateRow[]): Iterable<RaisedAlarm> {
  // A join host that the web's certificate lacks has an alarm of its own.
  for (const { use, source, file, problems } of certificates)
    for (const { text, remedy } of problems.filter(({ code }) => code !== "name-missing").slice(0, 1))
      yield {
        type: "certificateProblem",
        subject: { noun: "certificate", id: use },
        text: source === "ssh" ? `${use}: ${text}` : `The certificate of ${use} (${file}): ${text}`,
        remedy,
      };
}

export function* diagnosticAlarms(diagnostics: DiagnosticState): Iterable<RaisedAlarm> {
  if (diagnostics.state !== "running") return;
  const why =
    diagnostics.log.why ??
    diagnostics.captures.map((one) => (one.state === "failed" ? one.why : undefined)).find(Boolean);
  if (why === undefined) return;
  yield {
    type: "diagnosticsStopped",
    text: `Diagnostic logging no longer writes everything: ${why}`,
    remedy: "make room on the disk, download what there is, and start it again",
  };
}
