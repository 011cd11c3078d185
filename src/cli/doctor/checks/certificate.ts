import { once } from "node:events";
import { isIP } from "node:net";
import { connect, type DetailedPeerCertificate, rootCertificates } from "node:tls";
import { type Scope, textOf } from "#base";
import { type Check, type Finding, good, type Place, warn } from "../contract.ts";
import { fail } from "../errors.ts";

/** What a handshake showed. */
export interface Presented {
  /** As OpenSSL and Node name it; undefined if a browser would be content. */
  readonly problem: string | undefined;
  readonly names: string;
  readonly issuer: string;
  /** Certificates that the edge sent, and that belong together. */
  readonly count: number;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** "TLSv1.3" */
  readonly protocol: string;
}

const DAY_MS = 86_400_000;
const WARN_DAYS = 14;
const DATES = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

/** The certificate as browsers judge it. */
export const certificate: Check<Place> = {
  name: "certificate",
  needs: "tcp",
  title: () => "Certificate",
  run: async (place, scope) => judge(await handshake(place, scope), place.joinHost, place.now),
};

export function judge(shown: Presented, host: string, now: number): Finding {
  const { problem, names, issuer, count, validFrom, validTo, protocol } = shown;
  const [from, to] = [validFrom, validTo].map((date) => date.toISOString().slice(0, 10));
  if (problem !== undefined && DATES.has(problem))
    throw fail("DOCTOR_CERTIFICATE_DATES", { from, to, now: new Date(now).toISOString() });
  if (problem === "ERR_TLS_CERT_ALTNAME_INVALID") throw fail("DOCTOR_CERTIFICATE_NAME", { host, names });
  if (problem !== undefined) throw fail("DOCTOR_CERTIFICATE_UNTRUSTED", { why: problem, count, issuer });
  const days = Math.floor((validTo.getTime() - now) / DAY_MS);
  if (days < WARN_DAYS) return warn(fail("DOCTOR_CERTIFICATE_ENDS", { days, to }));
  return good(`${names}; until ${to} (${days} days), ${protocol}`);
}

async function handshake({ address, joinHost, ports, authorities }: Place, scope: Scope): Promise<Presented> {
  const socket = connect({
    host: address,
    port: ports.https,
    ...(isIP(joinHost) ? {} : { servername: joinHost }),
    ALPNProtocols: ["http/1.1"],
    // What is wrong is told in words, and not by a broken connection.
    rejectUnauthorized: false,
    ...(authorities ? { ca: [...rootCertificates, authorities] } : {}),
  });
  scope.defer(() => void socket.destroy());
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(6000) });
  } catch (error) {
    throw fail("DOCTOR_TLS_FAILED", { address, why: textOf(error) }, error);
  }
  const leaf = socket.getPeerCertificate(true);
  return {
    problem: socket.authorized ? undefined : String(socket.authorizationError),
    names: (leaf.subjectaltname ?? "no name").replaceAll(/DNS:|IP Address:/g, ""),
    ...chainOf(leaf),
    validFrom: new Date(leaf.valid_from),
    validTo: new Date(leaf.valid_to),
    protocol: socket.getProtocol() ?? "TLS",
  };
}

/** A chain ends where it is its own issuer, or where nothing more was sent. */
function chainOf(leaf: DetailedPeerCertificate): Pick<Presented, "issuer" | "count"> {
  let last = leaf;
  let count = 1;
  for (let next = leaf.issuerCertificate; next && next !== last; next = next.issuerCertificate) {
    if (next.fingerprint256 === last.fingerprint256) break;
    last = next;
    count++;
  }
  return { count, issuer: String(last.issuer?.CN ?? last.issuer?.O ?? "nobody") };
}
