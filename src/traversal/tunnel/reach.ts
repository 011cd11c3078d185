import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { formatAddress, type Scope, type TransportAddress, textOf } from "#base";
import type { SocketTap } from "#listeners";
import { fail } from "./errors.ts";
import { type Failure, failureOf } from "./failure.ts";
import { TUNNEL_ALPN, type TunnelLimits } from "./limits.ts";

/** "2222": the tunnel port, whatever its number. "443": inside TLS on the edge's web port. */
export type Via = "2222" | "443";

/** Where an edge may be reached. */
export interface Roads {
  /** An IP address. */
  readonly direct: TransportAddress;
  readonly fallback: TransportAddress | undefined;
  /** Server name for the TLS of the fallback, so that it looks like a guest's. */
  readonly serverName: string | undefined;
  /** Sees the connections on the wire. */
  readonly tap: SocketTap;
}

export interface Reached {
  readonly socket: Socket;
  readonly via: Via;
  /** Why the tunnel port was not taken. */
  readonly whyNotDirect: Failure | undefined;
}

const NO_TUNNELS = "it takes no tunnels from here on that port, see its `tunnel.over443.from`";
/** Once 443 answers, the tunnel port gets one more chance, ms: the network may have come back just now. */
const SECOND_CHANCE_MS = 1000;

/**
 * A connection that belongs to `scope`. The tunnel port is preferred; the fallback is tried beside it after a head start,
 * or at once when the port refuses. Rejects with TUNNEL_UNREACHABLE.
 */
export async function reach(scope: Scope, roads: Roads, limits: TunnelLimits): Promise<Reached> {
  const { direct, fallback } = roads;
  const tcp = new Attempt(scope, (own) => dialTcp(own, direct, limits.connectMs, roads.tap));
  try {
    if (!fallback) return directly(await tcp.socket);
    await Promise.race([tcp.settled, scope.sleep(limits.headStartMs).catch(() => {})]);
    if (tcp.connected) return directly(await tcp.socket);
    return await beside(scope, roads, fallback, tcp, limits);
  } catch (error) {
    tcp.drop();
    const whys = error instanceof AggregateError ? error.errors.map(textOf) : [textOf(error)];
    const why = fallback ? whys.join(`; over ${formatAddress(fallback)}: `) : whys.join();
    throw fail("TUNNEL_UNREACHABLE", { edge: formatAddress(direct), why }, error);
  }
}

async function beside(scope: Scope, roads: Roads, where: TransportAddress, tcp: Attempt, limits: TunnelLimits) {
  const tls = new Attempt(scope, (own) => dialTls(own, where, roads, limits.connectMs));
  await Promise.any([tcp.socket, tls.socket]).catch((error) => {
    tls.drop();
    throw error;
  });
  if (tcp.connected) {
    tls.drop();
    return directly(await tcp.socket);
  }
  tcp.drop();
  const again = new Attempt(scope, (own) => dialTcp(own, roads.direct, SECOND_CHANCE_MS, roads.tap));
  await again.settled;
  if (again.connected) tls.drop();
  else again.drop();
  const why = again.why && fail("TUNNEL_UNREACHABLE", { edge: formatAddress(roads.direct), why: again.why });
  return why
    ? { socket: await tls.socket, via: "443" as const, whyNotDirect: failureOf(why) }
    : directly(await again.socket);
}

const directly = (socket: Socket): Reached => ({ socket, via: "2222", whyNotDirect: undefined });

/** One of the connections under way. */
class Attempt {
  readonly #scope: Scope;
  readonly socket: Promise<Socket>;
  /** Never rejects. */
  readonly settled: Promise<void>;
  connected = false;
  why: string | undefined;

  constructor(scope: Scope, dial: (own: Scope) => Promise<Socket>) {
    this.#scope = scope.child();
    this.socket = dial(this.#scope);
    this.settled = this.#settle();
  }
  async #settle(): Promise<void> {
    try {
      await this.socket;
      this.connected = true;
    } catch (error) {
      this.why = textOf(error);
    }
  }
  drop(): void {
    void this.#scope.close();
  }
}

async function dialTcp(scope: Scope, where: TransportAddress, ms: number, tap: SocketTap): Promise<Socket> {
  const socket = connect({ host: where.address, port: where.port, noDelay: true, keepAlive: true });
  return tap.wrap(await opened(scope, socket, "connect", ms));
}

/** The certificate proves nothing here and is not looked at: what is trusted is the pinned SSH host key inside. */
async function dialTls(scope: Scope, where: TransportAddress, { serverName, tap }: Roads, ms: number) {
  const socket: TLSSocket = connectTls({
    socket: await dialTcp(scope, where, ms, tap),
    ...(serverName ? { servername: serverName } : {}),
    ALPNProtocols: [TUNNEL_ALPN],
    rejectUnauthorized: false,
  });
  socket.setNoDelay(true);
  await opened(scope, socket, "secureConnect", ms);
  if (socket.alpnProtocol === TUNNEL_ALPN) return socket;
  throw new Error(NO_TUNNELS);
}

/** OpenSSL's own texts are for its programmers. */
function whyOf({ code = "", message }: NodeJS.ErrnoException): string {
  if (code.endsWith("NO_APPLICATION_PROTOCOL")) return NO_TUNNELS;
  return code.startsWith("ERR_SSL") ? `no TLS there: ${code}` : message;
}

function opened(scope: Scope, socket: Socket, event: string, ms: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const refuse = (why: string) => reject(new Error(why));
  const late = scope.after(ms, () => {
    refuse("no answer");
    socket.destroy();
  });
  scope.defer(() => void socket.destroy());
  socket.on("error", (error: NodeJS.ErrnoException) => refuse(whyOf(error)));
  socket.on("close", () => {
    late.cancel();
    refuse("closed");
  });
  socket.once(event, () => {
    late.cancel();
    resolve(socket);
  });
  return promise;
}
