import { sourceNetwork } from "#base";
import type { Client } from "./allocation.ts";
import type { User } from "./credentials.ts";

/** UDP that was heard so long ago says nothing any more, ms. */
const RECENT = 3000;
/** A browser asks for its UDP relay 50 to 250 ms after its first packet. Looked for so often, every so many ms. */
const LOOKS = 10;
const LOOK_EVERY = 50;
/** Sources remembered; beyond that the oldest is forgotten. */
const MAX_SOURCES = 20_000;

/**
 * Lets a guest's UDP allocation come before the one over TCP. Browsers end their search with the first pair that works, and
 * where both leave the network TCP sometimes works first: media then stays on TCP for the whole meeting
 * (docs/decisions/0005). So a guest's Allocate over TCP or TLS waits for half a second if UDP was heard from its network.
 */
export class UdpFirst {
  readonly #heardAt = new Map<string, number>();
  readonly #pause: (ms: number) => Promise<void>;

  constructor(pause: (ms: number) => Promise<void>) {
    this.#pause = pause;
  }

  heard({ transport, address }: Pick<Client, "transport" | "address">, now: number): void {
    if (transport !== "udp") return;
    const source = sourceNetwork(address.address);
    this.#heardAt.delete(source);
    this.#heardAt.set(source, now);
    if (this.#heardAt.size <= MAX_SOURCES) return;
    const [oldest] = this.#heardAt.keys();
    this.#heardAt.delete(oldest!);
  }

  /** Resolves at once for UDP, for bridges, and where no UDP was heard; `overUdp` tells whether the user is there. */
  async wait({ transport, address }: Client, { role }: User, now: number, overUdp: () => boolean): Promise<void> {
    const heardAt = this.#heardAt.get(sourceNetwork(address.address));
    if (transport === "udp" || role !== "guest" || heardAt === undefined || now - heardAt > RECENT) return;
    for (let look = 0; look < LOOKS && !overUdp(); look++) await this.#pause(LOOK_EVERY);
  }
}
