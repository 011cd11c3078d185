import { isDeepStrictEqual } from "node:util";
import type { Clock, Log, Scope } from "#base";
import type { EdgeServer, EdgeState } from "../control.ts";
import { EdgeLink } from "./edge-link.ts";
import type { PacketListener } from "./link.ts";

/** How long `settled` waits for an edge that does not answer, ms: a guest waits meanwhile. */
const SETTLE_WITHIN = 1500;
/** So long a link that was taken away still carries what goes over it, ms: its legs restart ICE meanwhile. */
const LEAVE_WITHIN = 10_000;
/** The worker's own socket has 1. */
const FIRST_FOUNDATION = 2;

export interface EdgeLinksOptions {
  readonly onPacket: PacketListener;
  readonly onState: (state: EdgeState, link: EdgeLink) => void;
  readonly onAdded: (link: EdgeLink) => void;
  /** Its legs should take another path now. */
  readonly onLeaving: (link: EdgeLink) => void;
  readonly onClosed: (link: EdgeLink) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** The worker's links to its edges, which change while it runs. */
export class EdgeLinks {
  /** Best first. */
  links: readonly EdgeLink[] = [];
  readonly #scope: Scope;
  readonly #options: EdgeLinksOptions;
  #settled = Promise.withResolvers<void>();
  #foundations = FIRST_FOUNDATION;

  constructor(scope: Scope, options: EdgeLinksOptions) {
    this.#scope = scope;
    this.#options = options;
  }

  set(servers: readonly EdgeServer[]): void {
    const before = this.links;
    const known = (server: EdgeServer) => before.find((link) => isDeepStrictEqual(link.server, server));
    this.links = servers.map((server, rank) => {
      const link = known(server) ?? this.#open(server, rank);
      link.rank = rank;
      return link;
    });
    const added = this.links.filter((link) => !before.includes(link));
    for (const link of added) this.#options.onAdded(link);
    this.#awaitSettled();
    const retired = before.filter((link) => !this.links.includes(link));
    for (const link of retired) link.retire();
    if (retired.length > 0) void this.settled().then(() => this.#leave(retired));
  }

  /** See `TransportHost.edgesSettled`. */
  settled(): Promise<void> {
    return this.#settled.promise;
  }

  #open(server: EdgeServer, rank: number): EdgeLink {
    const { onPacket, onState, clock, log } = this.#options;
    return new EdgeLink(this.#scope.child(), {
      ...{ server, rank, onPacket, clock, log },
      foundation: String(this.#foundations++),
      onState: (state, link) => {
        onState(state, link);
        this.#checkSettled();
      },
    });
  }

  #awaitSettled(): void {
    const settled = Promise.withResolvers<void>();
    // Whoever waits for the former edges waits for these.
    this.#settled.resolve(settled.promise);
    this.#settled = settled;
    this.#scope.after(SETTLE_WITHIN, () => settled.resolve());
    this.#checkSettled();
  }

  #checkSettled(): void {
    if (this.links.every((link) => link.state.state !== "allocating")) this.#settled.resolve();
  }

  #leave(retired: readonly EdgeLink[]): void {
    for (const link of retired) this.#options.onLeaving(link);
    this.#scope.after(LEAVE_WITHIN, () => {
      for (const link of retired) {
        this.#options.onClosed(link);
        void link.close();
      }
    });
  }
}
