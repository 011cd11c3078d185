import { addressKey, type TransportAddress } from "#base";
import { noTraffic } from "#packet-plane";
import type { Client } from "../allocation.ts";
import type { User } from "../credentials.ts";
import { TurnError } from "../errors.ts";
import type { TcpRelay, TcpRelayOptions } from "../tcp-relay/contract.ts";
import { TcpRelays } from "../tcp-relay/index.ts";

interface Waiting {
  readonly owner: User;
  readonly relay: RecordedTcpRelay;
}

/** TCP relays without sockets (RFC 6062): peers answer at once. */
export class RecordingTcpRelays extends TcpRelays {
  readonly opened = new Set<RecordedTcpRelay>();
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  override async open(options: TcpRelayOptions): Promise<TcpRelay> {
    const relay = new RecordedTcpRelay(options, {
      wait: () => {
        this.#waiting.set(this.#nextId, { owner: options.owner, relay });
        return this.#nextId++;
      },
      closed: () => {
        this.opened.delete(relay);
        for (const [id, waiting] of this.#waiting) if (waiting.relay === relay) this.#waiting.delete(id);
      },
    });
    this.opened.add(relay);
    return relay;
  }

  override bind(connectionId: number, user: User, client: Client): () => void {
    if (!client.stream) throw new TurnError(400, "a data connection over UDP");
    const waiting = this.#waiting.get(connectionId);
    if (waiting?.owner.id !== user.id || waiting.owner.role !== user.role)
      throw new TurnError(400, `no connection ${connectionId} waits`);
    this.#waiting.delete(connectionId);
    return () => void client.stream!.detach();
  }
}

interface Owner {
  wait(): number;
  closed(): void;
}

export class RecordedTcpRelay implements TcpRelay {
  readonly options: TcpRelayOptions;
  readonly counters = noTraffic();
  readonly peers = new Map<string, TransportAddress>();
  readonly #owner: Owner;

  constructor(options: TcpRelayOptions, owner: Owner) {
    this.options = options;
    this.#owner = owner;
  }

  async connect(peer: TransportAddress): Promise<number> {
    const key = addressKey(peer);
    if (this.peers.has(key)) throw new TurnError(446, `peer ${peer.address}`);
    this.peers.set(key, peer);
    return this.#owner.wait();
  }

  /** A connection from a peer (RFC 6062 5.3). */
  attempt(peer: TransportAddress): void {
    if (this.peers.has(addressKey(peer)) || !this.options.admits(peer)) return;
    this.peers.set(addressKey(peer), peer);
    this.options.onAttempt(this.#owner.wait(), peer);
  }

  recheck(): void {
    for (const [key, peer] of this.peers) if (!this.options.allows(peer)) this.peers.delete(key);
  }

  close(): void {
    this.#owner.closed();
  }
}
