import dgram from "node:dgram";
import { once } from "node:events";
import {
  type Clock,
  formatAddress,
  type Log,
  type Scope,
  SteadyClock,
  sourceNetwork,
  systemClock,
  type TransportAddress,
  textOf,
} from "#base";
import type { SocketTap } from "#listeners";
import { choosePlane, type PacketTap, type PlaneChoice, type PlaneListener } from "#packet-plane";
import type { Client } from "./allocation.ts";
import { BlockedCheck, type BlockedSources } from "./blocked-sources.ts";
import { Cluster } from "./cluster.ts";
import { TurnCore } from "./core.ts";
import { fail } from "./errors.ts";
import { explainPeer } from "./explain.ts";
import { familyOf } from "./family.ts";
import { listenForHandover } from "./handover.ts";
import { MessageLog } from "./message-log.ts";
import { FIXED, type ListenAddress, type TurnServerOptions } from "./options.ts";
import { allocationStatus, turnStatus } from "./overview.ts";
import type { AllocationStatus, PeerVerdict, TurnListener, TurnStatus } from "./status.ts";
import { StreamClients, type StreamCore } from "./streams/index.ts";
import { TcpRelays } from "./tcp-relay/index.ts";

/** Milliseconds. */
const SWEEP_EVERY = 1000;
const LEARN_ADDRESSES_EVERY = 30_000;
const ASK_CLUSTER_EVERY = 2000;
/** Ports tried when any will do, but it must be free for UDP and for TCP. */
const MAX_TRIES = 10;

export interface TurnServer {
  readonly listening: readonly TurnListener[];
  status(): TurnStatus;
  allocations(): readonly AllocationStatus[];
  /** Throws TURN_BAD_PEER or TURN_BAD_CREDENTIAL. */
  why(credential: string, peer: string): PeerVerdict;
  /** While on, nobody new is taken in. */
  drain(on: boolean): void;
  /** Takes over what may change at run time. Throws TURN_NEEDS_RESTART, or the fault of the new certificate; then nothing has changed. */
  configure(options: TurnServerOptions): void;
  /** False if there is no such allocation. */
  end(id: number): boolean;
  /** Ends what these sources have, and meets them with silence; says how many allocations, by source. */
  block(sources: BlockedSources): Readonly<Record<string, number>>;
  /** Sees the UDP packets of clients and relays. */
  setTap(tap: PacketTap | undefined): void;
  /** A line at debug for every message of clients and every answer. */
  logMessages(on: boolean): void;
}

export interface TurnServerParts {
  readonly clock?: Clock;
  /** Instead of the one that the options call for. */
  readonly plane?: PlaneChoice;
  /** A unix socket to listen on for streams that another process accepted (`handover.ts`). */
  readonly handover?: string | undefined;
  /** Sees the connections of clients over TCP and TLS. */
  readonly tap?: SocketTap;
  /** Told of the address of who guesses names or passwords. */
  readonly onGuess?: (address: string) => void;
}

/**
 * A TURN server (RFC 8656, RFC 8489) that lives as long as its scope. Rejects with TURN_LISTENER_TAKEN,
 * TURN_LISTENER_FAILED or TURN_RELAY_ADDRESS.
 */
export async function startTurnServer(
  options: TurnServerOptions,
  scope: Scope,
  log: Log,
  { clock = systemClock, plane: choice = planeFor(options), handover, tap, onGuess }: TurnServerParts = {},
): Promise<TurnServer> {
  const { ipv4, ipv6 } = options.relay;
  for (const place of [ipv4, ipv6]) if (place) await checkRelayAddress(place.address);
  // The plane closes after what is registered behind it, so allocations can still be counted when they end.
  const planeListener: PlaneListener = {
    onPacket: (path, bytes) => {
      const key = `udp ${path.listener} ${formatAddress(path.client)}`;
      const family = familyOf(path.client.address);
      receive({ path, transport: "udp", address: path.client, family, key }, bytes);
    },
    onChallenge: (client, answered) => core.challenged(client, answered),
  };
  const plane = choice.open(scope, planeListener);
  const pause = (ms: number) => scope.sleep(ms).catch(() => {});
  const cluster = new Cluster(scope, options, log, clock);
  const tcpRelays = new TcpRelays(scope, new SteadyClock(clock));
  const core = new TurnCore(options, { plane, tcpRelays, cluster, log, clock, pause });
  const messages = new MessageLog(log, clock);
  core.onReply = (client, message) => messages.sent(client, message);
  core.onGuess = onGuess;
  const blocked = new BlockedCheck();
  const receive = (client: Client, bytes: Buffer) => {
    messages.received(client, bytes);
    if (blocked.has(client.address.address)) core.silent.add("blocked");
    else core.receive(client, bytes);
  };
  const streamCore: StreamCore = {
    ...{ clock: core.clock, log, receive },
    clientGone: (client) => core.clientGone(client),
    holdsSomething: (client) => core.holdsSomething(client),
  };
  const streams = new StreamClients(streamCore, streamSettings(options), tap);
  const listening: TurnListener[] = [];
  const add = (listener: TurnListener) => {
    listening.push(listener);
    core.facts.addListener(listener);
  };
  for (const where of options.listen) for (const opened of await listen(scope, core, streams, where)) add(opened);
  if (handover) await listenForHandover(scope, handover, streams);
  scope.every(SWEEP_EVERY, () => {
    core.sweep();
    streams.sweep();
  });
  scope.every(LEARN_ADDRESSES_EVERY, () => core.facts.learnAddresses());
  scope.every(ASK_CLUSTER_EVERY, () => cluster.ask());
  cluster.ask();
  scope.defer(() => {
    for (const allocation of [...core.allocations]) core.end(allocation, "server stopped");
  });
  // A nonce of the plane has the machine's time.
  const planeMayAnswer = clock === systemClock;
  return running({ core, cluster, streams, blocked, listening, messages, choice, planeMayAnswer });
}

interface Running {
  readonly core: TurnCore;
  readonly cluster: Cluster;
  readonly streams: StreamClients;
  readonly blocked: BlockedCheck;
  readonly listening: readonly TurnListener[];
  readonly messages: MessageLog;
  readonly choice: PlaneChoice;
  readonly planeMayAnswer: boolean;
}

function running(parts: Running): TurnServer {
  const { core, cluster, streams, blocked, listening, messages, choice, planeMayAnswer } = parts;
  const startedAt = core.clock.now();
  const state = { core, cluster, streams, listening, planeWhy: choice.why };
  // It tells of no message, and knows nobody who is blocked.
  const letPlaneAnswer = () => core.letPlaneAnswer(planeMayAnswer && !messages.enabled && !blocked.anybody);
  letPlaneAnswer();
  return {
    listening,
    status: () => turnStatus({ ...state, startedAt: core.clock.date(startedAt) }),
    allocations: () => [...core.allocations].map((allocation) => allocationStatus(core, allocation)),
    why: (credential, peer) => explainPeer(core, credential, peer),
    drain: (on) => {
      core.draining = on;
      core.log.info(on ? "TURN is being drained" : "TURN takes new allocations again", {
        allocations: core.allocations.size,
      });
    },
    configure: (next) => {
      requireSame(core.options, next);
      streams.configure(streamSettings(next));
      cluster.configure(next);
      core.configure(next);
    },
    end: (id) => {
      const allocation = core.allocations.byId(id);
      if (allocation) core.end(allocation, "ended by the administrator");
      return allocation !== undefined;
    },
    block: (sources) => {
      blocked.set(sources);
      letPlaneAnswer();
      return endBlocked(core, streams, blocked);
    },
    setTap: (packets) => core.plane.setTap(packets),
    logMessages: (on) => {
      messages.enabled = on;
      letPlaneAnswer();
    },
  };
}

/** Allocations first: those that could move to another connection must not outlive theirs. */
function endBlocked(core: TurnCore, streams: StreamClients, blocked: BlockedCheck): Record<string, number> {
  const ended: Record<string, number> = {};
  for (const allocation of [...core.allocations]) {
    const { address } = allocation.client.address;
    if (!blocked.has(address)) continue;
    const network = sourceNetwork(address);
    ended[network] = (ended[network] ?? 0) + 1;
    core.end(allocation, "its source was blocked");
  }
  streams.end((address) => blocked.has(address));
  return ended;
}

function planeFor({ plane = "auto", threads, pauseMicroseconds }: TurnServerOptions): PlaneChoice {
  return choosePlane(plane, { threads, pauseMicroseconds });
}

function streamSettings({ tls, limits }: TurnServerOptions) {
  return { tls, connections: limits.connections, connectionsPerAddress: limits.connectionsPerAddress };
}

function requireSame(before: TurnServerOptions, next: TurnServerOptions): void {
  const changed = FIXED.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(next[key]));
  if (changed.length > 0) throw fail("TURN_NEEDS_RESTART", { keys: changed.map((key) => `turn.${key}`).join(", ") });
}

/** UDP first, then TCP or TLS on the same port. */
async function listen(
  scope: Scope,
  core: TurnCore,
  streams: StreamClients,
  where: ListenAddress,
): Promise<readonly TurnListener[]> {
  const stream = where.transports.find((transport) => transport !== "udp");
  for (let attempt = 1; ; attempt++) {
    const opened: TurnListener[] = [];
    let { address, port } = where as TransportAddress;
    if (where.transports.includes("udp")) {
      const udp = await named(`udp ${formatAddress(where)}`, core.plane.listen({ address, port }));
      port = udp.address.port;
      opened.push({ transport: "udp", address, port });
    }
    if (!stream) return opened;
    try {
      const tcp = await named(
        `tcp ${formatAddress({ address, port })}`,
        streams.listen(scope, { address, port }, stream),
      );
      return [...opened, { transport: stream, address, port: tcp.port }];
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
  const socket = dgram.createSocket(address.includes(":") ? "udp6" : "udp4");
  try {
    socket.bind(0, address);
    await once(socket, "listening");
  } catch (error) {
    throw fail("TURN_RELAY_ADDRESS", { address, why: textOf(error) }, error);
  } finally {
    socket.close();
  }
}
