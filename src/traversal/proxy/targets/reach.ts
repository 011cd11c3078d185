import { request } from "node:http";
import { isIP } from "node:net";
import { checkServerIdentity, connect, type TLSSocket } from "node:tls";
import type { TransportAddress } from "#base";

/** Whom the core believes to be a Web Bridge. */
export type Trust =
  | { readonly kind: "system" }
  /** PEM certificates of authorities. */
  | { readonly kind: "authorities"; readonly certificates: readonly string[] }
  /** SHA-256 of exactly these certificates, "AB:CD:…"; name and dates do not matter. */
  | { readonly kind: "pinned"; readonly fingerprints: readonly string[] };

/** TCP and TLS to a Web Bridge under the join host's name. Rejects if it takes longer than `timeoutMs` or is not trusted. */
export function reach(where: TransportAddress, joinHost: string, trust: Trust, timeoutMs: number): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const socket = connect({
    host: where.address,
    port: where.port,
    ...(isIP(joinHost) ? {} : { servername: joinHost }),
    ...(trust.kind === "authorities" ? { ca: [...trust.certificates] } : {}),
    minVersion: "TLSv1.2",
    ALPNProtocols: ["http/1.1"],
    rejectUnauthorized: trust.kind !== "pinned",
    checkServerIdentity: (_name, certificate) => checkServerIdentity(joinHost, certificate),
  });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  socket.setNoDelay(true);
  socket.on("error", reject);
  socket.once("close", () => reject(new Error("closed during the TLS handshake")));
  socket.once("secureConnect", () => {
    if (trust.kind === "pinned" && !trust.fingerprints.includes(socket.getPeerCertificate().fingerprint256 ?? "")) {
      socket.destroy(new Error("the certificate is not the pinned one"));
      return;
    }
    socket.setTimeout(0);
    resolve(socket);
  });
  return promise;
}

/** Asks what only a live HTTP server answers; the path is the Web Bridge's, but any server's "not found" counts as life. */
export async function probe(where: TransportAddress, joinHost: string, trust: Trust, timeoutMs: number): Promise<void> {
  const socket = await reach(where, joinHost, trust, timeoutMs);
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const message = request({ createConnection: () => socket, path: "/api/health", headers: { host: joinHost } });
  message.on("error", reject);
  message.on("response", (answer) => {
    answer.resume();
    const status = answer.statusCode ?? 500;
    if (status < 500) resolve();
    else reject(new Error(`GET /api/health answered ${status}`));
  });
  message.end();
  try {
    await promise;
  } finally {
    socket.destroy();
  }
}
