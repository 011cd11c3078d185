import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TransportAddress } from "#base";
import type { RelayCounters } from "#packet-plane";
import type { Client } from "../allocation.ts";

type State =
  /** To the peer, or waiting for its ConnectionBind: ends at that time, ms since 1970. */
  { readonly state: "pending"; readonly until: number } | { readonly state: "joined"; readonly data: Duplex };

/** A connection with a peer, in either direction, and the client's data connection once it is there. */
export class PeerConnection {
  readonly peer: TransportAddress;
  readonly #socket: Socket;
  #state: State;

  /**
   * Nobody reads the socket before it is joined: Node takes 64 KiB of what the peer sends, then TCP holds the peer back.
   * It must not be paused, since a paused socket does not notice a reset.
   */
  constructor(peer: TransportAddress, socket: Socket, until: number) {
    this.peer = peer;
    this.#socket = socket;
    this.#state = { state: "pending", until };
    socket.on("error", () => {});
  }

  get pending(): boolean {
    return this.#state.state === "pending";
  }

  /** Ends then unless it is joined before. */
  waitUntil(until: number): void {
    this.#state = { state: "pending", until };
  }

  isOverdue(now: number): boolean {
    return this.#state.state === "pending" && now >= this.#state.until;
  }

  /** From now on the bytes of both go to the other, as they are (RFC 6062 5.4). `onBytes` is told of each read. */
  join(client: Client, counters: RelayCounters, onBytes: () => void): void {
    const { socket: data, head } = client.stream!.detach();
    this.#state = { state: "joined", data };
    if (data.destroyed || this.#socket.destroyed) {
      this.destroy();
      return;
    }
    // One side may have said all it has to say, and still listen.
    data.allowHalfOpen = true;
    const sent = (bytes: number) => {
      counters.sentPackets++;
      counters.sentBytes += bytes;
      onBytes();
    };
    if (head.length > 0) {
      sent(head.length);
      this.#socket.write(head);
    }
    carry(data, this.#socket, sent);
    carry(this.#socket, data, (bytes) => {
      counters.receivedPackets++;
      counters.receivedBytes += bytes;
      onBytes();
    });
  }

  /** Nothing is read from either side until `release`; TCP holds both back. */
  hold(): void {
    this.#bothWays((from, to) => from.unpipe(to).pause());
  }

  release(): void {
    this.#bothWays((from, to) => from.pipe(to));
  }

  #bothWays(run: (from: Duplex, to: Duplex) => void): void {
    if (this.#state.state !== "joined") return;
    run(this.#state.data, this.#socket);
    run(this.#socket, this.#state.data);
  }

  destroy(): void {
    this.#socket.destroy();
    if (this.#state.state === "joined") this.#state.data.destroy();
  }
}

/** An end is passed on; a connection that is gone takes the other with it as soon as that has sent what it has. */
function carry(from: Duplex, to: Duplex, count: (bytes: number) => void): void {
  from.on("data", (chunk: Buffer) => count(chunk.length));
  from.once("close", () => to.end(() => to.destroy()));
  from.pipe(to);
}
