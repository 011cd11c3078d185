import { addressKey, rememberedKey, type TransportAddress } from "#base";
import { attribute, attributes, FIRST_CHANNEL, LAST_CHANNEL, Method } from "#stun";
import type { Session } from "./session.ts";
import { PATIENT } from "./transactions.ts";

/** A binding lives 600 s and carries a permission of 300 s, which it refreshes as well (RFC 8656 12). */
const REFRESH_AFTER = 240_000;
/** A number must rest until the binding has expired, and 300 s more (RFC 8656 12). */
const REST = 900_000;

interface Channel {
  readonly peer: TransportAddress;
  readonly number: number;
  state: "binding" | "bound" | "released";
  /** When the binding is to be refreshed; after release, when the number may be given to another peer. */
  due: number;
}

/** Numbers for peers, so that their packets carry 4 bytes of overhead. A peer that returns in time gets its old number. */
export class Channels {
  readonly #session: Session;
  readonly #byPeer = new Map<string, Channel>();
  readonly #byNumber = new Map<number, Channel>();
  #next = FIRST_CHANNEL;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The number to send with, or undefined while there is none. */
  numberOf(peer: TransportAddress): number | undefined {
    const channel = this.#byPeer.get(rememberedKey(peer));
    return channel?.state === "bound" ? channel.number : undefined;
  }

  peerOf(number: number): TransportAddress | undefined {
    return this.#byNumber.get(number)?.peer;
  }

  bind(peer: TransportAddress, now: number, onError: (peer: TransportAddress, error: unknown) => void): void {
    const known = this.#byPeer.get(addressKey(peer));
    if (known && known.state !== "released") return;
    const number = known?.number ?? this.#freeNumber(now);
    // All 4096 taken: the peer is served by Send indications.
    if (number === undefined) return;
    const channel: Channel = { peer, number, state: "binding", due: now + REFRESH_AFTER };
    this.#byPeer.set(addressKey(peer), channel);
    this.#byNumber.set(number, channel);
    this.#request(channel, onError);
  }

  release(peer: TransportAddress, now: number): void {
    const channel = this.#byPeer.get(addressKey(peer));
    if (!channel || channel.state === "released") return;
    channel.state = "released";
    channel.due = now + REST;
  }

  refresh(now: number, onError: (peer: TransportAddress, error: unknown) => void): void {
    for (const channel of this.#byPeer.values()) {
      if (channel.state !== "bound" || now < channel.due) continue;
      channel.due = now + REFRESH_AFTER;
      this.#request(channel, onError);
    }
  }

  #request(channel: Channel, onError: (peer: TransportAddress, error: unknown) => void): void {
    const list = [
      attribute(attributes.channelNumber, channel.number),
      attribute(attributes.xorPeerAddress, channel.peer),
    ];
    this.#session.request(Method.channelBind, list, PATIENT).then(
      () => {
        if (channel.state === "binding") channel.state = "bound";
      },
      (error) => {
        if (channel.state !== "released") channel.due += REST;
        channel.state = "released";
        onError(channel.peer, error);
      },
    );
  }

  /** Unused ones first, then the one that has rested longest. */
  #freeNumber(now: number): number | undefined {
    if (this.#next <= LAST_CHANNEL) return this.#next++;
    for (const [key, channel] of this.#byPeer) {
      if (channel.state !== "released" || now < channel.due) continue;
      this.#byPeer.delete(key);
      return channel.number;
    }
    return undefined;
  }
}
