import { addressKey, type Clock, type Scope } from "#base";
import type { Client } from "../allocation.ts";
import type { User } from "../credentials.ts";
import { TurnError } from "../errors.ts";
import type { TcpRelay, TcpRelayOptions } from "./contract.ts";
import type { PeerConnection } from "./peer-connection.ts";
import { Relay, type Relays } from "./relay.ts";
import { WaitingConnections } from "./waiting.ts";

export type { TcpRelay, TcpRelayOptions } from "./contract.ts";
export { tcpRelaysAvailable } from "./dial.ts";

interface Held {
  readonly relay: Relay;
  readonly connection: PeerConnection;
}

/** The TCP allocations of one server (RFC 6062). They end with its scope. */
export class TcpRelays {
  readonly #byBound = new Map<string, Relay>();
  readonly #byRelayed = new Map<string, Relay>();
  readonly #waiting = new WaitingConnections<Held>();
  readonly #relays: Relays;

  constructor(scope: Scope, clock: Clock) {
    this.#relays = {
      clock,
      boundOf: (relayed) => this.#byRelayed.get(addressKey(relayed))?.options.bound ?? relayed,
      relayedOf: (bound) => this.#byBound.get(addressKey(bound))?.options.relayed ?? bound,
      wait: (relay, connection) => this.#waiting.add({ owner: relay.options.owner, connection: { relay, connection } }),
      forget: (id) => this.#waiting.remove(id),
      closed: (relay) => this.#forget(relay),
    };
    scope.defer(() => {
      for (const relay of this.#byBound.values()) relay.close();
    });
  }

  /** Rejects with the system's error. */
  async open(options: TcpRelayOptions): Promise<TcpRelay> {
    const relay = new Relay(options, this.#relays);
    await relay.listen();
    this.#byBound.set(addressKey(options.bound), relay);
    this.#byRelayed.set(addressKey(options.relayed), relay);
    return relay;
  }

  /**
   * RFC 6062 5.4: throws TurnError 400 if there is no such connection, if it is somebody else's, or if the client came by
   * UDP. The returned function makes the client's connection the data connection: to be called behind the response.
   */
  bind(connectionId: number, user: User, client: Client): () => void {
    if (!client.stream) throw new TurnError(400, "a data connection over UDP");
    const held = this.#waiting.take(connectionId, user);
    if (!held) throw new TurnError(400, `no connection ${connectionId} waits`);
    return () => held.relay.join(held.connection, client);
  }

  /** Ends what has had its time. To be called once a second. */
  sweep(now: number): void {
    for (const relay of this.#byBound.values()) relay.sweep(now);
  }

  #forget({ options }: Relay): void {
    this.#byBound.delete(addressKey(options.bound));
    this.#byRelayed.delete(addressKey(options.relayed));
  }
}
