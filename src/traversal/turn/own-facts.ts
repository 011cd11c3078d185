import { networkInterfaces } from "node:os";
import { addressKey, canonicalAddress, type Prefix, parsePrefix, type TransportAddress } from "#base";
import type { TurnRole, TurnServerOptions } from "./options.ts";
import type { PolicyFacts } from "./peer-policy.ts";

/** What the peer policy must know of this machine and of the configuration. */
export class OwnFacts implements PolicyFacts {
  ownAddresses: ReadonlySet<string> = new Set();
  relayAddresses: ReadonlySet<string> = new Set();
  allowPeers: Readonly<Record<TurnRole, readonly Prefix[]>> = { guest: [], bridge: [] };
  readonly relayHolder: (where: TransportAddress) => TurnRole | undefined;
  /** Ports of our sockets, by the address they are bound to. */
  #sockets = new Set<string>();
  /** Sockets bound to all addresses. */
  #everywhere = new Set<number>();
  readonly #listeners: TransportAddress[] = [];
  #options: TurnServerOptions;

  constructor(options: TurnServerOptions, relayHolder: (where: TransportAddress) => TurnRole | undefined) {
    this.#options = options;
    this.relayHolder = relayHolder;
    this.configure(options);
  }

  configure(options: TurnServerOptions): void {
    this.#options = options;
    const { ipv4, ipv6 } = options.relay;
    this.relayAddresses = new Set(
      [ipv4, ipv6].flatMap((place) => (place ? [canonical(place.address), canonical(place.advertised)] : [])),
    );
    const prefixes = (role: TurnRole) => options.allowPeers[role].map((text) => parsePrefix(text)!);
    this.allowPeers = { guest: prefixes("guest"), bridge: prefixes("bridge") };
    this.#learnSockets();
    this.learnAddresses();
  }

  /** A socket of the TURN server itself. */
  addListener(where: TransportAddress): void {
    this.#listeners.push(where);
    this.#learnSockets();
  }

  /** Interfaces come and go. */
  learnAddresses(): void {
    const interfaces = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const here = interfaces.flatMap(({ address }) => canonicalAddress(address.split("%")[0]!) ?? []);
    this.ownAddresses = new Set([...here, ...this.relayAddresses]);
  }

  isOwnSocket({ address, port }: TransportAddress): boolean {
    if (this.#sockets.has(addressKey({ address, port }))) return true;
    // Behind a NAT one to one the advertised address is ours as well.
    return (this.ownAddresses.has(address) || isLoopback(address)) && this.#everywhere.has(port);
  }

  #learnSockets(): void {
    // Port 0 is any free one, and so none that is known here.
    const all = [...this.#listeners, ...this.#options.neverPeers].filter(({ port }) => port !== 0);
    const wildcard = all.filter(({ address }) => address === "0.0.0.0" || address === "::");
    this.#everywhere = new Set(
      [...wildcard, ...all.filter((where) => this.#isRelayAddress(where))].map(({ port }) => port),
    );
    this.#sockets = new Set(all.map(({ address, port }) => addressKey({ address: canonical(address), port })));
  }

  #isRelayAddress({ address }: TransportAddress): boolean {
    return this.relayAddresses.has(canonical(address));
  }
}

function canonical(address: string): string {
  return canonicalAddress(address) ?? address;
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}
