import { isIP } from "node:net";
import { connect, createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import type { TransportAddress } from "#base";
import { distrust, ReachFailure, reachFailure, timedOut } from "./failure.ts";

/** Whom the core believes to be a Web Bridge. */
export type Trust =
  | { readonly kind: "system" }
  /** PEM certificates of authorities. */
  | { readonly kind: "authorities"; readonly certificates: readonly string[] }
  /** SHA-256 of exactly these certificates, "AB:CD:…"; name and dates do not matter. */
  | { readonly kind: "pinned"; readonly fingerprints: readonly string[] };

/** By whom is trusted: made anew for each connection, the authorities of a thousand WebSockets would lie in memory as often. */
const contexts = new WeakMap<Trust, SecureContext>();

function contextFor(trust: Trust): SecureContext {
  const known = contexts.get(trust);
  if (known) return known;
  const authorities = trust.kind === "authorities" ? { ca: [...trust.certificates] } : {};
  const made = createSecureContext({ ...authorities, minVersion: "TLSv1.2" });
  contexts.set(trust, made);
  return made;
}

/** TCP and TLS to a Web Bridge under the join host's name. Rejects with a ReachFailure: late, or not to be trusted. */
export function reach(where: TransportAddress, joinHost: string, trust: Trust, timeoutMs: number): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const socket = connect({
    host: where.address,
    port: where.port,
    ...(isIP(joinHost) ? {} : { servername: joinHost }),
    secureContext: contextFor(trust),
    ALPNProtocols: ["http/1.1"],
    // `distrust` judges the finished handshake, before a byte is sent, so that it can name what is wrong.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  socket.setTimeout(timeoutMs, () => socket.destroy(timedOut(timeoutMs)));
  socket.setNoDelay(true);
  socket.on("error", (error) => reject(reachFailure(error)));
  socket.once("close", () => reject(new ReachFailure("tls", "connection closed during the TLS handshake")));
  socket.once("secureConnect", () => {
    const why = distrust(socket, joinHost, trust);
    if (why) return void socket.destroy(new ReachFailure("certificate", why));
    socket.setTimeout(0);
    resolve(socket);
  });
  return promise;
}
