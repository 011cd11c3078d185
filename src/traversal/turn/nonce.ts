import { randomBytes, timingSafeEqual } from "node:crypto";
import { HmacKey } from "#native";

/** RFC 8489 9.2.9: a nonce changes at least hourly. Seconds. */
const LIFETIME = 3600;
/** RFC 8489 9.2: what a nonce begins with whose server has the security features that follow, 24 bits in base64. */
const COOKIE = "obMatJos2";
/** RFC 8489 18.1: bit 0 is "Password algorithms", bit 1 "Username anonymity"; the first is the most significant. */
const FEATURES = Buffer.from([0xc0, 0, 0]).toString("base64");
const TIME_BYTES = 4;
const MAC_BYTES = 8;
/** Without its padding: 4 and 8 bytes have 16 characters. */
const BODY_LENGTH = 16;
/** Where in a nonce the part begins that differs from client to client. */
export const NONCE_BODY_AT = COOKIE.length + FEATURES.length;

/**
 * Nonces that need no memory: the time, and a MAC over it and the client's address, so that a nonce is of no use to
 * another client. 29 characters with the cookie, to keep the 401 small. The key lives as long as the server.
 */
export class Nonces {
  /** For the packet plane, which issues nonces too. */
  readonly key: Buffer = randomBytes(32);
  readonly #hmac = new HmacKey(this.key);

  issue(client: string, nowMs: number): string {
    const time = Buffer.alloc(TIME_BYTES);
    time.writeUInt32BE(Math.floor(nowMs / 1000));
    return COOKIE + FEATURES + Buffer.concat([time, this.#mac(time, client)]).toString("base64");
  }

  isFresh(nonce: string, client: string, nowMs: number): boolean {
    if (nonce.length !== NONCE_BODY_AT + BODY_LENGTH || !nonce.startsWith(COOKIE + FEATURES)) return false;
    const body = Buffer.from(nonce.slice(NONCE_BODY_AT), "base64");
    if (body.length !== TIME_BYTES + MAC_BYTES) return false;
    const time = body.subarray(0, TIME_BYTES);
    const age = nowMs / 1000 - time.readUInt32BE();
    return timingSafeEqual(body.subarray(TIME_BYTES), this.#mac(time, client)) && age >= -1 && age < LIFETIME;
  }

  #mac(time: Uint8Array, client: string): Buffer {
    const mac = Buffer.allocUnsafe(MAC_BYTES);
    this.#hmac.write("sha256", mac, time, Buffer.from(client));
    return mac;
  }
}
