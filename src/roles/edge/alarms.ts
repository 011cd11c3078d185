import type { RaisedAlarm } from "#alarms";
import type { TurnpikeError } from "#base";
import type { CertificateRow } from "#certificates";
import type { DiagnosticState } from "#diagnostic-logging";
import { certificateAlarms, diagnosticAlarms } from "#management";
import type { EndToEnd } from "#proxy";
import type { TurnStatus } from "#turn";

interface JoinHostCondition {
  readonly host: string;
  /** The web certificate names it. */
  readonly named: boolean;
  /** Live tunnel connections that carry it. */
  readonly connections: number;
  /** What a request from here through the tunnel found. */
  readonly endToEnd: EndToEnd;
}

/** What the edge's alarms are drawn from. */
export interface EdgeCondition {
  readonly joinHosts: readonly JoinHostCondition[];
  readonly sharedIdentities: readonly { readonly fingerprint: string; readonly peers: readonly string[] }[];
  /** undefined while the worker is being started anew. */
  readonly turn: TurnStatus | undefined;
  /** What is likely to be wrong with the addresses of the relays. */
  readonly addresses: readonly TurnpikeError[];
  readonly certificates: readonly CertificateRow[];
  readonly diagnostics: DiagnosticState;
}

/** Of the relay ports. */
const NEARLY_ALL = 0.9;
/** Certificates and short-term credentials bear that much. */
const MOST_SKEW_MS = 60_000;

/** Every alarm that should be raised now. */
export function* edgeAlarms(condition: EdgeCondition): Iterable<RaisedAlarm> {
  for (const host of condition.joinHosts) yield* joinHostAlarms(host);
  for (const { fingerprint, peers } of condition.sharedIdentities)
    yield {
      type: "sharedTunnelIdentity",
      subject: { noun: "fingerprint", id: fingerprint },
      text: `Two cores show the same key ${fingerprint}: ${[...peers].sort().join(" and ")}`,
      remedy:
        "give each core its own key (`turnpike init --core`), or stop the copy; if you know of no copy, revoke the key",
    };
  yield* turnAlarms(condition);
  for (const { code, message, remedy } of condition.addresses)
    yield {
      type: "relayAddressWrong",
      subject: { noun: "code", id: code },
      failureReason: code,
      text: message,
      remedy,
    };
  yield* certificateAlarms(condition.certificates);
  yield* diagnosticAlarms(condition.diagnostics);
}

function* joinHostAlarms({ host, named, connections, endToEnd }: JoinHostCondition): Iterable<RaisedAlarm> {
  const subject = { noun: "joinHost", id: host };
  if (connections === 0)
    yield {
      type: "joinHostUnreachable",
      subject,
      failureReason: "EDGE_TUNNEL_DOWN",
      text: `No tunnel carries ${host}: guests see that the meeting service is not reachable`,
      remedy: "look at the core: it dials this edge, and its tunnel table names what stops it",
    };
  else if (endToEnd.state === "failed")
    yield {
      type: "joinHostUnreachable",
      subject,
      failureReason: endToEnd.code,
      text: `A request for ${host} through its tunnel fails: ${endToEnd.why}`,
      remedy: "look at the core: its page names the Web Bridges of this join host and what is wrong with them",
    };
  if (!named)
    yield {
      type: "certificateNameMissing",
      subject,
      text: `The web certificate does not name ${host}: browsers refuse it`,
      remedy: `get a certificate with ${host} among its subject alternative names, and put it in place of the old one`,
    };
  const skewMs = endToEnd.state === "active" ? Math.abs(endToEnd.skewMs ?? 0) : 0;
  if (skewMs > MOST_SKEW_MS)
    yield {
      type: "clockSkew",
      subject,
      text: `The clocks of this edge and of the meeting server behind ${host} differ by ${Math.round(skewMs / 60_000)} min`,
      remedy: "set both by NTP: TURN credentials and certificates are good for a time",
    };
}

function* turnAlarms({ turn }: EdgeCondition): Iterable<RaisedAlarm> {
  if (!turn) {
    yield {
      type: "turnWorkerLost",
      text: "The TURN worker process does not answer",
      remedy: "it is started again by itself; if this stays, see the log of the edge for the cause",
    };
    return;
  }
  for (const { family, used, free, quarantined, reserved } of turn.ports) {
    const all = used + free + quarantined + reserved;
    // Those that rest after use are taken early when no other is free.
    if (used + reserved >= all * NEARLY_ALL)
      yield {
        type: "relayPortsShort",
        subject: { noun: "family", id: family },
        text: `Nearly all ${family} relay ports are in use`,
        remedy: "widen `turn.relay.ports` and the firewall's rule for it, or add an edge to the cluster",
      };
  }
}
