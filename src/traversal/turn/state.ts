import type { Clock, Log, TransportAddress } from "#base";
import type { PacketPlane } from "#packet-plane";
import type { Attribute, StunMessage } from "#stun";
import type { Allocation, Allocations, Client, Relay } from "./allocation.ts";
import type { Proof } from "./credentials.ts";
import { TurnError } from "./errors.ts";
import { type Family, familyOf } from "./family.ts";
import type { Mobility } from "./mobility.ts";
import type { TurnRole, TurnServerOptions } from "./options.ts";
import type { Verdict } from "./peer-policy.ts";
import type { RelayPorts } from "./relay-ports.ts";
import type { Tally } from "./tally.ts";
import type { TcpRelays } from "./tcp-relay/index.ts";

/** What the methods work on. */
export interface ServerState {
  /** As configured now. */
  readonly options: TurnServerOptions;
  readonly plane: PacketPlane;
  readonly clock: Clock;
  readonly log: Log;
  readonly allocations: Allocations;
  readonly ports: Readonly<Record<Family, RelayPorts>>;
  readonly tcpRelays: TcpRelays;
  readonly mobility: Mobility;
  /** 403, by rule. */
  readonly refusedPeers: Tally;
  readonly draining: boolean;
  /** Another edge that has room, where that client can reach it. */
  alternative(client: Client): TransportAddress | undefined;
  /** For an allocation that is being made: see `UdpFirst`. */
  letUdpGoFirst(allocation: Allocation): Promise<void>;
  judge(role: TurnRole, peer: TransportAddress): Verdict;
  /** False once that client's address has had its lines of this second. */
  mayLog(client: Client): boolean;
  end(allocation: Allocation, why: string): void;
  /** One of the two relays of a dual allocation. */
  endRelay(allocation: Allocation, relay: Relay): void;
}

/** A request whose sender is known. */
export interface Request {
  readonly message: StunMessage;
  readonly client: Client;
  readonly proof: Proof;
  /** Of the server's clock. */
  readonly now: number;
  /** Set by a method: done once the success response has been written. */
  afterAnswer: (() => void) | undefined;
}

/** Resolves with the attributes of the success response, or with undefined if there is to be none. Throws TurnError. */
export type Method = (
  server: ServerState,
  request: Request,
) => readonly Attribute[] | undefined | Promise<readonly Attribute[] | undefined>;

/** RFC 8656 5: the 5-tuple must hold an allocation (437), and of the same user (441). */
export function requireAllocation(server: ServerState, { client, proof }: Request): Allocation {
  const allocation = server.allocations.of(client);
  if (allocation?.state !== "open") throw new TurnError(437, "no allocation on this 5-tuple");
  requireSameUser(allocation, proof);
  server.mobility.arrived(server, allocation, client);
  return allocation;
}

export function requireSameUser(allocation: Allocation, { user }: Proof): void {
  const { id, role } = allocation.user;
  if (user.id !== id || user.role !== role) throw new TurnError(441, `the allocation belongs to ${role} ${id}`);
}

/** The relay from which a peer of that family is reached. */
export function relayFor({ relays }: Allocation, peer: TransportAddress): Relay | undefined {
  const family = familyOf(peer.address);
  return relays.find((relay) => relay.family === family);
}

/** RFC 8656 10.2: the peer's family must be that of a relayed address. */
export function requireRelayFor(allocation: Allocation, peer: TransportAddress): Relay {
  const relay = relayFor(allocation, peer);
  if (!relay) throw new TurnError(443, `peer ${peer.address}`);
  return relay;
}

/** Logged for the first peers of an allocation only: whoever holds credentials must not fill our disk. */
const LOGGED_REFUSALS = 20;

/** Applies the peer policy; the log says which rule refused whom. */
export function isAllowed(server: ServerState, allocation: Allocation, peer: TransportAddress): boolean {
  const { role, id } = allocation.user;
  const verdict = server.judge(role, peer);
  if (verdict.allowed) return true;
  server.refusedPeers.add(verdict.rule);
  if (allocation.refusals++ < LOGGED_REFUSALS && server.mayLog(allocation.client)) {
    const client = allocation.client.address;
    server.log.info("TURN peer refused", { peer, rule: verdict.rule, role, user: id, client });
  }
  return false;
}
