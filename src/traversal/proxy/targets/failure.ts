import { checkServerIdentity, type PeerCertificate, type TLSSocket } from "node:tls";
import { textOf } from "#base";
import type { Trust } from "./reach.ts";

/** Why a Web Bridge cannot be used, for pages that sort it. */
export type ReachProblem = "refused" | "timeout" | "network" | "tls" | "certificate" | "answer" | "loop";

/** In words for the administrator. */
export class ReachFailure extends Error {
  readonly problem: ReachProblem;
  constructor(problem: ReachProblem, message: string, cause?: unknown) {
    super(message, { cause });
    this.problem = problem;
  }
}

export function timedOut(ms: number): ReachFailure {
  return new ReachFailure("timeout", `no answer within ${ms} ms`);
}

const NETWORK: Readonly<Record<string, readonly [ReachProblem, string]>> = {
  ECONNREFUSED: ["refused", "connection refused: nothing listens on that port, or a firewall says no"],
  ECONNRESET: ["network", "connection reset"],
  EPIPE: ["network", "connection closed"],
  EHOSTUNREACH: ["network", "no route to the host"],
  ENETUNREACH: ["network", "no route to the network"],
  EADDRNOTAVAIL: ["network", "this machine has no address of that kind"],
  ETIMEDOUT: ["timeout", "no answer: the connection timed out"],
  ERR_SSL_WRONG_VERSION_NUMBER: ["tls", "what listens there does not speak TLS"],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ["tls", "what listens there does not speak TLS"],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: ["tls", "it speaks no TLS 1.2 or later"],
  ERR_SSL_UNSUPPORTED_PROTOCOL: ["tls", "it speaks no TLS 1.2 or later"],
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: ["tls", "it does not serve that name (TLS alert unrecognized_name)"],
};

/** Of anything that connecting or asking throws. */
export function reachFailure(error: unknown): ReachFailure {
  if (error instanceof ReachFailure) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  const known = NETWORK[code];
  if (known) return new ReachFailure(known[0], known[1], error);
  if (code.startsWith("ERR_SSL_") || code === "EPROTO")
    return new ReachFailure("tls", `the TLS handshake failed: ${code.replace("ERR_SSL_", "").toLowerCase()}`, error);
  if (code.startsWith("HPE_")) return new ReachFailure("answer", `its answer is no HTTP: ${textOf(error)}`, error);
  return new ReachFailure("network", textOf(error), error);
}

/** Why the certificate of the finished handshake is not to be believed; undefined if it is. */
export function distrust(socket: TLSSocket, joinHost: string, trust: Trust): string | undefined {
  const certificate = socket.getPeerCertificate();
  if (trust.kind === "pinned") {
    const { fingerprint256 = "" } = certificate;
    if (trust.fingerprints.includes(fingerprint256)) return undefined;
    return `its certificate is not the pinned one: it has SHA-256 ${fingerprint256}`;
  }
  if (!socket.authorized) return `its certificate is not trusted: ${chainProblem(socket, certificate, trust)}`;
  // The name that guests use, never that of an SRV record: DNS is not signed (RFC 6125 6.2.1).
  if (!checkServerIdentity(joinHost, certificate)) return undefined;
  return `its certificate is for ${namesOf(certificate)}, not for ${joinHost}`;
}

function chainProblem(socket: TLSSocket, certificate: PeerCertificate, trust: Trust): string {
  // What Node keeps there is OpenSSL's code.
  const code = String(socket.authorizationError);
  switch (code) {
    case "CERT_HAS_EXPIRED": {
      const until = new Date(certificate.valid_to);
      return until.getTime() < Date.now()
        ? `it expired on ${until.toISOString()}`
        : "a certificate of its chain has expired";
    }
    case "CERT_NOT_YET_VALID":
      return `it is valid from ${new Date(certificate.valid_from).toISOString()} on (is a clock wrong?)`;
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return "it is self-signed; give the certificate itself as `certificate`";
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE": {
      const ours = trust.kind === "system" ? "none that this system trusts" : "none of those in `ca`";
      return `it was issued by "${printable(certificate.issuer?.CN ?? certificate.issuer?.O)}", ${ours}, or its chain is not complete`;
    }
    default:
      return code;
  }
}

function namesOf({ subjectaltname, subject }: PeerCertificate): string {
  return printable(subjectaltname?.replace(/\b(DNS|IP Address):/g, "") ?? subject?.CN) || "no name";
}

/** What a server writes about itself goes into logs and onto pages. */
function printable(text: string | string[] | undefined): string {
  return String(text ?? "")
    .replace(/\p{C}/gu, "?")
    .slice(0, 200);
}
