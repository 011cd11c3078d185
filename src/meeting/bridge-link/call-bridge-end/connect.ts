import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { formatAddress, type Scope, type TransportAddress, TurnpikeError, textOf } from "#base";
import type { Dns } from "#dns";
import { fail } from "../errors.ts";
import { LINK_TLS, shownCertificate } from "../pinning.ts";
import { hushLateErrors } from "../session.ts";
import type { Trust } from "../trust.ts";

/** For each address of the name. */
const CONNECT_TIMEOUT_MS = 5000;

export interface Identity {
  /** Own certificate and key, PEM. */
  readonly certificate: string;
  readonly key: string;
}

export interface Destination {
  /** Counts from 1; in logs and errors. */
  readonly link: number;
  readonly where: TransportAddress;
  readonly trust: Trust;
  readonly dns: Dns;
  /** Addresses that are an edge's: what answers there is not the Web Bridge. */
  readonly edgeAddresses: () => readonly string[];
}

export interface PinnedConnection {
  readonly socket: TLSSocket;
  readonly fingerprint: string;
}

/**
 * A TLS connection to exactly this Web Bridge, at the first of its addresses that answers. Rejects with
 * BRIDGE_LINK_DNS_FAILURE, _CONNECT_FAILURE, _TRUST_FAILURE or _WRONG_ADDRESS.
 */
export async function connectPinned(scope: Scope, to: Destination, identity: Identity): Promise<PinnedConnection> {
  let failure: TurnpikeError | undefined;
  for (const address of await resolve(to))
    try {
      return await connectTo(scope, to, address, identity);
    } catch (error) {
      failure ??= named(to, address, error);
    }
  throw failure!;
}

export function valuesOf({ link, where }: Destination) {
  return { link, host: where.address, where: formatAddress(where) };
}

async function resolve(to: Destination): Promise<readonly string[]> {
  try {
    return await to.dns.addresses(to.where.address);
  } catch (error) {
    const why = error instanceof TurnpikeError ? `${error.message} [${error.code}]` : textOf(error);
    throw fail("BRIDGE_LINK_DNS_FAILURE", { ...valuesOf(to), why }, error);
  }
}

async function connectTo(
  scope: Scope,
  to: Destination,
  address: string,
  identity: Identity,
): Promise<PinnedConnection> {
  const socket = connect({
    host: address,
    port: to.where.port,
    ...(isIP(to.where.address) ? {} : { servername: to.where.address }),
    cert: identity.certificate,
    key: identity.key,
    ...LINK_TLS,
  });
  hushLateErrors(socket);
  scope.defer(() => void socket.destroy());
  const late = scope.after(CONNECT_TIMEOUT_MS, () =>
    socket.destroy(new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1000} s`)),
  );
  await secured(scope, socket).finally(() => late.cancel());
  const { fingerprint, problem } = shownCertificate(socket, to.trust.pins());
  if (problem === undefined) return { socket, fingerprint };
  socket.destroy();
  throw fail("BRIDGE_LINK_TRUST_FAILURE", { ...valuesOf(to), why: `the Web Bridge is not trusted: ${problem}` });
}

function secured(scope: Scope, socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    scope.on(socket, "secureConnect", () => resolve());
    scope.on(socket, "error", reject);
    scope.on(socket, "close", () => reject(new Error("closed during the handshake")));
  });
}

/** What failed, by what an administrator would mend: the name, the address, the certificates. */
function named(to: Destination, address: string, error: unknown): TurnpikeError {
  const why = error instanceof TurnpikeError ? error.message : ((error as NodeJS.ErrnoException).code ?? textOf(error));
  if (to.where.address !== address && to.edgeAddresses().includes(address))
    return fail("BRIDGE_LINK_WRONG_ADDRESS", { ...valuesOf(to), address, why }, error);
  if (error instanceof TurnpikeError) return error;
  return fail("BRIDGE_LINK_CONNECT_FAILURE", { ...valuesOf(to), why }, error);
}
