import { addressKey, type TransportAddress } from "#base";
import type { Relay } from "./relay.ts";

/** The relays of one listener by the address of their client: one each, or two of different families (RFC 8656 7.2). */
export class ClientTable {
  readonly #relays = new Map<string, readonly Relay[]>();

  add(client: TransportAddress, relay: Relay): void {
    const key = addressKey(client);
    this.#relays.set(key, [...(this.#relays.get(key) ?? []), relay]);
  }

  remove(client: TransportAddress, relay: Relay): void {
    const key = addressKey(client);
    const rest = (this.#relays.get(key) ?? []).filter((one) => one !== relay);
    if (rest.length > 0) this.#relays.set(key, rest);
    else this.#relays.delete(key);
  }

  /** The client's relay that has the channel; if none has it, any of them, which then counts the packet as refused. */
  find(client: TransportAddress, channel: number): Relay | undefined {
    const relays = this.#relays.get(addressKey(client));
    if (!relays || relays.length === 1) return relays?.[0];
    return relays.find((relay) => relay.hasChannel(channel)) ?? relays[0];
  }

  /** The client's relay from which that peer is reached: the one of its address family. */
  findFor(client: TransportAddress, peer: TransportAddress): Relay | undefined {
    const isIpv6 = peer.address.includes(":");
    return this.#relays.get(addressKey(client))?.find(({ options }) => options.bound.address.includes(":") === isIpv6);
  }
}
