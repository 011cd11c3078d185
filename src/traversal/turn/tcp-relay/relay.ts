import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { addressKey, type Clock, canonicalAddress, type TransportAddress, textOf } from "#base";
import { noTraffic, type RelayCounters } from "#packet-plane";
import type { Client } from "../allocation.ts";
import { TurnError } from "../errors.ts";
import type { TcpRelay, TcpRelayOptions } from "./contract.ts";
import { dial, requireFree } from "./dial.ts";
import { PeerConnection } from "./peer-connection.ts";

/** RFC 6062 5.2: to reach the peer, and then for the ConnectionBind, ms. */
const CONNECT_WITHIN = 30_000;
const BIND_WITHIN = 30_000;
/** Of one allocation: in all, and without a data connection. Each may hold two sockets of ours. */
const MAX_PEERS = 64;
const MAX_PENDING = 16;

/** What a relay needs of the others. */
export interface Relays {
  readonly clock: Clock;
  /** Where a relay of this server is bound that peers know by that address; other addresses are returned as they are. */
  boundOf(relayed: TransportAddress): TransportAddress;
  /** The reverse. */
  relayedOf(bound: TransportAddress): TransportAddress;
  /** Returns the CONNECTION-ID under which it waits for a ConnectionBind. */
  wait(relay: Relay, connection: PeerConnection): number;
  /** It waits no longer. */
  forget(connectionId: number): void;
  closed(relay: Relay): void;
}

export class Relay implements TcpRelay {
  readonly options: TcpRelayOptions;
  readonly counters: RelayCounters = noTraffic();
  readonly #relays: Relays;
  readonly #server: Server;
  /** Sent and received in this second. */
  #countedBefore = 0;
  #held = false;
  /** By address. */
  readonly #peers = new Map<string, PeerConnection>();

  constructor(options: TcpRelayOptions, relays: Relays) {
    this.options = options;
    this.#relays = relays;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Rejects with the system's error. */
  async listen(): Promise<void> {
    const { address, port } = this.options.bound;
    requireFree(this.options.bound);
    this.#server.listen({ host: address, port, ipv6Only: address.includes(":"), reusePort: true });
    await once(this.#server, "listening");
    // A connection that could not be accepted is the peer's loss.
    this.#server.on("error", () => {});
  }

  /** RFC 6062 5.2. */
  connect(peer: TransportAddress): Promise<number> {
    const target = this.#relays.boundOf(peer);
    return new Promise((resolve, reject) => {
      this.#requirePeer(peer, target);
      const socket = dialOrFail(this.options.bound, target);
      const connection = this.#hold(peer, socket, CONNECT_WITHIN);
      socket.once("connect", () => resolve(this.#wait(connection, socket)));
      socket.once("close", () => reject(new TurnError(447, `peer ${peer.address} cannot be reached`)));
    });
  }

  recheck(): void {
    for (const connection of this.#peers.values()) if (!this.options.allows(connection.peer)) connection.destroy();
  }

  sweep(now: number): void {
    for (const connection of this.#peers.values()) if (connection.isOverdue(now)) connection.destroy();
    this.#countedBefore = this.#bytes;
    if (!this.#held) return;
    this.#held = false;
    for (const connection of this.#peers.values()) connection.release();
  }

  join(connection: PeerConnection, client: Client): void {
    connection.join(client, this.counters, () => this.#holdAboveLimit());
  }

  close(): void {
    this.#server.close();
    for (const connection of this.#peers.values()) connection.destroy();
    this.#relays.closed(this);
  }

  /** RFC 6062 5.3. */
  #accept(socket: Socket): void {
    const address = canonicalAddress(socket.remoteAddress ?? "");
    if (address === undefined) return void socket.destroy();
    const peer = this.#relays.relayedOf({ address, port: socket.remotePort ?? 0 });
    if (!this.options.admits(peer) || this.#isFull() || this.#peers.has(addressKey(peer))) {
      this.counters.refusedPackets++;
      return void socket.destroy();
    }
    const connection = this.#hold(peer, socket, BIND_WITHIN);
    this.options.onAttempt(this.#wait(connection, socket), peer);
  }

  #requirePeer(peer: TransportAddress, target: TransportAddress): void {
    if (this.#peers.has(addressKey(peer))) throw new TurnError(446, `peer ${peer.address}`);
    // A socket that connects to its own port would meet itself (RFC 9293 3.5, simultaneous open).
    if (addressKey(target) === addressKey(this.options.bound)) throw new TurnError(403, "the relay itself");
    if (this.#isFull()) throw new TurnError(508, "peer connections of the allocation");
  }

  get #bytes(): number {
    return this.counters.sentBytes + this.counters.receivedBytes;
  }

  /** Until the next second begins. */
  #holdAboveLimit(): void {
    const { bytesPerSecond } = this.options;
    if (bytesPerSecond === undefined || this.#held || this.#bytes - this.#countedBefore <= bytesPerSecond) return;
    this.#held = true;
    for (const connection of this.#peers.values()) connection.hold();
  }

  #isFull(): boolean {
    const all = [...this.#peers.values()];
    return all.length >= MAX_PEERS || all.filter(({ pending }) => pending).length >= MAX_PENDING;
  }

  #hold(peer: TransportAddress, socket: Socket, within: number): PeerConnection {
    const connection = new PeerConnection(peer, socket, this.#relays.clock.now() + within);
    this.#peers.set(addressKey(peer), connection);
    socket.once("close", () => this.#peers.delete(addressKey(peer)));
    return connection;
  }

  #wait(connection: PeerConnection, socket: Socket): number {
    connection.waitUntil(this.#relays.clock.now() + BIND_WITHIN);
    const id = this.#relays.wait(this, connection);
    socket.once("close", () => this.#relays.forget(id));
    return id;
  }
}

function dialOrFail(from: TransportAddress, to: TransportAddress): Socket {
  try {
    return dial(from, to);
  } catch (error) {
    throw new TurnError(447, textOf(error));
  }
}
