import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { type Clock, formatAddress, type Log, type Scope, type TransportAddress, textOf } from "#base";
import { askBinding, shortTermCredentials } from "#turn-client";
import type { Client } from "./allocation.ts";
import { familyOf } from "./family.ts";
import type { ClusterPeer, TurnServerOptions } from "./options.ts";
import type { ClusterPeerStatus } from "./status.ts";

/** How long the credentials of a question are good, ms. */
const CREDENTIALS_FOR = 60_000;

type Load = { readonly allocations: number; readonly capacity: number; readonly draining: boolean };

interface Sibling {
  readonly peer: ClusterPeer;
  /** The peer's name looked up. */
  address: TransportAddress | undefined;
  load: Load | undefined;
  asking: boolean;
}

/** Knows how full the other edges are, by asking each of them as a bridge that signs with the shared secret. */
export class Cluster {
  readonly #scope: Scope;
  readonly #log: Log;
  readonly #clock: Clock;
  #options: TurnServerOptions;
  #siblings: readonly Sibling[] = [];

  constructor(scope: Scope, options: TurnServerOptions, log: Log, clock: Clock) {
    this.#scope = scope;
    this.#log = log;
    this.#clock = clock;
    this.#options = options;
    this.configure(options);
  }

  configure(options: TurnServerOptions): void {
    this.#options = options;
    const known = new Map(this.#siblings.map((sibling) => [keyOf(sibling.peer), sibling]));
    this.#siblings = options.cluster.map(
      (peer) => known.get(keyOf(peer)) ?? { peer, address: undefined, load: undefined, asking: false },
    );
  }

  /** The reachable edge with most room that this client can reach, if one has room. */
  leastLoaded({ family, transport }: Pick<Client, "family" | "transport">): TransportAddress | undefined {
    const open = this.#siblings.filter(
      ({ load, address }) => address && familyOf(address.address) === family && load && fullness(load) < 1,
    );
    const [best] = open.sort((a, b) => fullness(a.load!) - fullness(b.load!));
    if (!best?.address) return undefined;
    const { address, port } = best.address;
    return { address, port: transport === "udp" ? port : (best.peer.tcpPort ?? port) };
  }

  status(): readonly ClusterPeerStatus[] {
    return this.#siblings.map(({ peer, load }) => ({
      server: peer.server,
      state: !load ? "unreachable" : load.draining ? "draining" : "reachable",
      load: load && { allocations: load.allocations, capacity: load.capacity },
    }));
  }

  /** Asks all of them. To be called every few seconds. */
  ask(): void {
    for (const sibling of this.#siblings) if (!sibling.asking) void this.#ask(sibling);
  }

  async #ask(sibling: Sibling): Promise<void> {
    sibling.asking = true;
    const before = sibling.load !== undefined;
    const server = formatAddress(sibling.peer.server);
    try {
      sibling.address = await resolved(sibling.peer.server);
      const { load } = await askBinding(this.#scope, {
        server: sibling.peer.probe ?? sibling.address,
        transport: "udp",
        credentials: () => this.#credentials(),
      });
      if (!load) throw new Error("it is no edge of this deployment");
      sibling.load = load;
      if (!before) this.#log.info("TURN edge of the cluster answers", { server });
    } catch (error) {
      sibling.load = undefined;
      if (before) this.#log.warn("TURN edge of the cluster does not answer", { server, why: textOf(error) });
    } finally {
      sibling.asking = false;
    }
  }

  #credentials() {
    const [secret] = this.#options.sharedSecrets;
    if (secret === undefined) throw new Error("`turn.cluster` needs `turn.sharedSecretFile`");
    return shortTermCredentials(secret, "bridge", "edge", this.#clock.now() + CREDENTIALS_FOR);
  }
}

function fullness({ allocations, capacity, draining }: Load): number {
  return draining ? 1 : allocations / capacity;
}

function keyOf({ server, probe }: ClusterPeer): string {
  return `${formatAddress(server)} ${probe ? formatAddress(probe) : ""}`;
}

async function resolved(where: TransportAddress): Promise<TransportAddress> {
  if (isIP(where.address)) return where;
  const { address } = await lookup(where.address, { order: "ipv4first" });
  return { address, port: where.port };
}
