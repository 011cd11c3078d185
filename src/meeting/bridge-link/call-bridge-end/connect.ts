import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { formatAddress, type Scope, type TransportAddress, textOf } from "#base";
import { fail } from "../errors.ts";
import { LINK_TLS, pinProblem } from "../pinning.ts";
import { hushLateErrors } from "../session.ts";

const CONNECT_TIMEOUT_MS = 5000;

export interface Identity {
  /** Own certificate and key, PEM. */
  readonly certificate: string;
  readonly key: string;
}

export interface Destination {
  /** Counts from 1, in the order of the configuration; in logs and errors. */
  readonly link: number;
  readonly where: TransportAddress;
  readonly pins: ReadonlySet<string>;
}

/** A TLS connection to exactly this Web Bridge. Rejects with BRIDGE_LINK_DNS_FAILURE, _CONNECT_FAILURE or _TRUST_FAILURE. */
export async function connectPinned(scope: Scope, to: Destination, identity: Identity): Promise<TLSSocket> {
  const socket = connect({
    host: to.where.address,
    port: to.where.port,
    ...(isIP(to.where.address) ? {} : { servername: to.where.address }),
    cert: identity.certificate,
    key: identity.key,
    ...LINK_TLS,
  });
  hushLateErrors(socket);
  scope.defer(() => void socket.destroy());
  let resolved = isIP(to.where.address) !== 0;
  scope.on(socket, "lookup", (error: Error | null) => {
    resolved = error === null;
  });
  const late = scope.after(CONNECT_TIMEOUT_MS, () => {
    const error = new Error(
      `no answer ${resolved ? "" : "from the name server "}within ${CONNECT_TIMEOUT_MS / 1000} s`,
    );
    socket.destroy(resolved ? error : Object.assign(error, { syscall: "getaddrinfo" }));
  });
  await secured(scope, socket).catch((error) => Promise.reject(explain(to, error)));
  late.cancel();
  const problem = pinProblem(socket, to.pins);
  if (problem)
    throw fail("BRIDGE_LINK_TRUST_FAILURE", { ...valuesOf(to), why: `the Web Bridge is not trusted: ${problem}` });
  return socket;
}

export function valuesOf({ link, where }: Destination) {
  return { link, host: where.address, where: formatAddress(where) };
}

function secured(scope: Scope, socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    scope.on(socket, "secureConnect", () => resolve());
    scope.on(socket, "error", reject);
    scope.on(socket, "close", () => reject(new Error("closed during the handshake")));
  });
}

function explain(to: Destination, error: unknown) {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const why = code ?? textOf(error);
  const name = syscall === "getaddrinfo" ? "BRIDGE_LINK_DNS_FAILURE" : "BRIDGE_LINK_CONNECT_FAILURE";
  return fail(name, { ...valuesOf(to), why }, error);
}
