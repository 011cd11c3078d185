import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** RFC 8489 9.2.9: a nonce changes at least hourly. Seconds. */
const LIFETIME = 3600;

/**
 * Nonces that need no memory: the time, and a MAC over it and the client's address, so that a nonce is of no use to
 * another client. 24 characters, to keep the 401 small. The key lives as long as the server.
 */
export class Nonces {
  readonly #key = randomBytes(32);

  issue(client: string, nowMs: number): string {
    const time = Math.floor(nowMs / 1000)
      .toString(16)
      .padStart(8, "0");
    return time + this.#mac(time, client);
  }

  isFresh(nonce: string, client: string, nowMs: number): boolean {
    if (!/^[0-9a-f]{24}$/.test(nonce)) return false;
    const time = nonce.slice(0, 8);
    const age = nowMs / 1000 - Number.parseInt(time, 16);
    const genuine = timingSafeEqual(Buffer.from(nonce.slice(8)), Buffer.from(this.#mac(time, client)));
    return genuine && age >= -1 && age < LIFETIME;
  }

  #mac(time: string, client: string): string {
    return createHmac("sha256", this.#key).update(`${time} ${client}`).digest("hex").slice(0, 16);
  }
}
