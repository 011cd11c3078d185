import type { RaisedAlarm } from "#alarms";
import type { CertificateRow } from "#certificates";
import type { DiagnosticState } from "#diagnostic-logging";
import { certificateAlarms, diagnosticAlarms } from "#management";
import type { JoinHostRow } from "#proxy";
import type { TunnelRow } from "#tunnel";

/** What the core's alarms are drawn from. */
export interface CoreCondition {
  readonly tunnels: readonly TunnelRow[];
  readonly joinHosts: readonly JoinHostRow[];
  readonly certificates: readonly CertificateRow[];
  readonly diagnostics: DiagnosticState;
}

/** Every alarm that should be raised now. */
export function* coreAlarms({ tunnels, joinHosts, certificates, diagnostics }: CoreCondition): Iterable<RaisedAlarm> {
  const wanted = tunnels.filter(({ draining }) => !draining);
  for (const [edge, rows] of Map.groupBy(wanted, placeOf)) yield* edgeAlarms(edge, rows);
  for (const row of joinHosts) if (row.enabled) yield* joinHostAlarms(row);
  yield* certificateAlarms(certificates);
  yield* diagnosticAlarms(diagnostics);
}

/** A cluster's name stands for several edges. */
function placeOf({ target, address }: TunnelRow): string {
  return address === "" || address === target ? target : `${target} (${address})`;
}

function* edgeAlarms(edge: string, rows: readonly TunnelRow[]): Iterable<RaisedAlarm> {
  const subject = { noun: "edge", id: edge };
  const down = rows.filter(({ state }) => state === "failed");
  const [first] = down;
  if (rows.every(({ state }) => state !== "active")) {
    // While it is dialled again the last failure still says why; without one it has only just begun.
    const why = rows.find(({ lastError }) => lastError !== undefined)?.lastError;
    if (!why) return;
    const { code, message, remedy } = why;
    yield { type: "tunnelDown", subject, failureReason: code, text: `No tunnel to ${edge}: ${message}`, remedy };
    return;
  }
  if (first?.state === "failed") {
    const { message, remedy } = first.lastError;
    const domains = [...new Set(down.map(({ domain }) => domain))].join(", ");
    const text = `${down.length} of ${rows.length} tunnel connections to ${edge} have failed (${domains}): ${message}`;
    yield { type: "tunnelDegraded", subject, text, remedy };
  }
  const around = rows.find((row) => row.state === "active" && row.via === "443");
  if (around?.state === "active")
    yield {
      type: "tunnelOver443",
      subject,
      text: `The tunnel to ${edge} runs over port 443: ${around.whyNotDirect?.message ?? "its own port cannot be reached"}`,
      remedy:
        "let this core reach the edge's tunnel port over TCP; it is tried again each minute, and at once by `turnpike tunnels retry`",
    };
}

function* joinHostAlarms({ host, targets, lookup }: JoinHostRow): Iterable<RaisedAlarm> {
  const subject = { noun: "joinHost", id: host };
  const failed = targets.filter((target) => target.state === "failed");
  const [first] = failed;
  if (targets.length === 0 && lookup.error) {
    const { code, message, remedy } = lookup.error;
    yield {
      type: "joinHostUnreachable",
      subject,
      failureReason: code,
      text: `No Web Bridge for ${host}: ${message}`,
      remedy,
    };
    return;
  }
  if (first && failed.length === targets.length) {
    const text = `No Web Bridge of ${host} works: ${failed.map(({ address, lastError }) => `${address}: ${lastError}`).join("; ")}`;
    const remedy =
      "check that the Web Bridge runs, that this core reaches it, and that its certificate is the trusted one";
    yield { type: "joinHostUnreachable", subject, failureReason: first.problem, text, remedy };
    return;
  }
  for (const { address, lastError } of failed)
    yield {
      type: "webBridgeTargetFailed",
      subject: { noun: "target", id: `${host} ${address}` },
      text: `The Web Bridge ${address} of ${host} is skipped: ${lastError}`,
      remedy: "guests are served by the others; check this one",
    };
  if (lookup.error)
    yield {
      type: "joinHostLookupFailed",
      subject,
      failureReason: lookup.error.code,
      text: `Looking up ${host} fails (${lookup.error.message}); the last good answer is used`,
      remedy: `mend its records or the name servers of \`dns.servers\`; \`turnpike join-hosts check ${host}\` asks again at once`,
    };
}
