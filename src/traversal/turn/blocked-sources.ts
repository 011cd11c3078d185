import { canonicalAddress, inPrefixes, type Prefix, parsePrefix, sourceNetwork } from "#base";

/** Whom the edge has blocked, in a form that travels to the worker. */
export interface BlockedSources {
  /** Each an IPv4 address or an IPv6 /64, as `sourceNetwork` writes it. */
  readonly networks: readonly string[];
  /** Addresses and prefixes that are let in all the same. */
  readonly exempt: readonly string[];
}

export const NOBODY_BLOCKED: BlockedSources = { networks: [], exempt: [] };

/** Says of an address whether it is blocked. Cheap while nobody is: it is asked for each packet that no rule moves. */
export class BlockedCheck {
  #networks: ReadonlySet<string> = new Set();
  #exempt: readonly Prefix[] = [];

  set({ networks, exempt }: BlockedSources): void {
    this.#networks = new Set(networks);
    this.#exempt = exempt.flatMap((one) => {
      const prefix = parsePrefix(one);
      return prefix ? [prefix] : [];
    });
  }

  get anybody(): boolean {
    return this.#networks.size > 0;
  }

  has(address: string): boolean {
    if (!this.anybody || !this.#networks.has(sourceNetwork(address))) return false;
    const canonical = canonicalAddress(address);
    return canonical === undefined || !inPrefixes(canonical, this.#exempt);
  }
}
