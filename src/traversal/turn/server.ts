import dgram from "node:dgram";
import { once } from "node:events";
import { type Clock, formatAddress, type Log, type Scope, systemClock, type TransportAddress, textOf } from "#base";
import { type OpenPlane, openTypescriptPlane, type RelayCounters } from "#packet-plane";
import { TurnCore } from "./core.ts";
import { fail } from "./errors.ts";
import type { TurnRole, TurnServerOptions } from "./options.ts";
import { TcpClients } from "./tcp.ts";

/** Milliseconds. */
const SWEEP_EVERY = 1000;
const LEARN_ADDRESSES_EVERY = 30_000;
/** Ports tried when any will do, but it must be free for UDP and for TCP. */
const MAX_TRIES = 10;

export interface AllocationStatus {
  readonly client: TransportAddress;
  readonly transport: "udp" | "tcp";
  readonly role: TurnRole;
  readonly user: string;
  readonly relayed: TransportAddress;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly expiresAt: number;
  /** IP addresses. */
  readonly permissions: readonly string[];
  readonly channels: readonly { readonly number: number; readonly peer: TransportAddress }[];
  readonly counters: Readonly<RelayCounters> | undefined;
}

export interface TurnServer {
  /** UDP and TCP on each. */
  readonly listening: readonly TransportAddress[];
  status(): AllocationStatus[];
}

/**
 * A TURN server (RFC 8656, RFC 8489) that lives as long as its scope. Rejects with TURN_LISTENER_TAKEN,
 * TURN_LISTENER_FAILED or TURN_RELAY_ADDRESS.
 */
export async function startTurnServer(
  options: TurnServerOptions,
  scope: Scope,
  log: Log,
  clock: Clock = systemClock,
  openPlane: OpenPlane = openTypescriptPlane,
): Promise<TurnServer> {
  await checkRelayAddress(options.relay.address);
  // The plane closes after what is registered behind it, so allocations can still be counted when they end.
  const plane = openPlane(scope, {
    onPacket: (path, bytes) => {
      const key = `udp ${path.listener} ${formatAddress(path.client)}`;
      core.receive({ path, transport: "udp", address: path.client, key }, bytes);
    },
  });
  const core = new TurnCore(options, plane, log, clock);
  const tcp = new TcpClients(core);
  const listening: TransportAddress[] = [];
  for (const where of options.listen) {
    const address = await listen(scope, core, tcp, where);
    core.denyListener(address.port);
    listening.push(address);
  }
  scope.every(SWEEP_EVERY, () => {
    core.sweep();
    tcp.sweep();
  });
  scope.every(LEARN_ADDRESSES_EVERY, () => core.learnOwnAddresses());
  scope.defer(() => {
    for (const allocation of [...core.allocations]) core.end(allocation, "server stopped");
  });
  return { listening, status: () => statusOf(core) };
}

async function listen(
  scope: Scope,
  core: TurnCore,
  tcp: TcpClients,
  where: TransportAddress,
): Promise<TransportAddress> {
  for (let attempt = 1; ; attempt++) {
    const udp = await named(`udp ${formatAddress(where)}`, core.plane.listen(where));
    const same = { address: where.address, port: udp.address.port };
    try {
      return await named(`tcp ${formatAddress(same)}`, tcp.listen(scope, same));
    } catch (error) {
      if (where.port !== 0 || attempt === MAX_TRIES) throw error;
    }
  }
}

async function named<T>(listener: string, binding: Promise<T>): Promise<T> {
  try {
    return await binding;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") throw fail("TURN_LISTENER_TAKEN", { listener }, error);
    throw fail("TURN_LISTENER_FAILED", { listener, why: textOf(error) }, error);
  }
}

/** At start, rather than with the first guest. */
async function checkRelayAddress(address: string): Promise<void> {
  const socket = dgram.createSocket("udp4");
  try {
    socket.bind(0, address);
    await once(socket, "listening");
  } catch (error) {
    throw fail("TURN_RELAY_ADDRESS", { address, why: textOf(error) }, error);
  } finally {
    socket.close();
  }
}

function statusOf(core: TurnCore): AllocationStatus[] {
  return [...core.allocations].map(({ id, client, user, relayed, createdAt, expiresAt, permissions, channels }) => ({
    client: client.address,
    transport: client.transport,
    role: user.role,
    user: user.id,
    relayed,
    createdAt,
    expiresAt,
    permissions: [...permissions.keys()],
    channels: [...channels].map(([number, { peer }]) => ({ number, peer })),
    counters: core.plane.counters(id),
  }));
}
