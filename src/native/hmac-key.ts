import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { addon, type HmacHandle, nativeAvailable } from "./addon.ts";

export type HmacAlgorithm = "sha1" | "sha256";

const NOTHING = new Uint8Array(0);

/**
 * A key for many HMACs (RFC 2104), which cost a fraction of node:crypto's: that one makes a stream of each. Without the addon
 * it is node:crypto's.
 */
export class HmacKey {
  readonly #native: HmacHandle | undefined;
  readonly #key: KeyObject | undefined;

  constructor(key: Uint8Array) {
    // An addon that was compiled for an earlier release has no such function yet.
    if (nativeAvailable() && addon().hmacKey) this.#native = addon().hmacKey(key);
    else this.#key = createSecretKey(key);
  }

  /** Writes the HMAC over both parts into `out`, as much of it as there is room for. */
  write(algorithm: HmacAlgorithm, out: Uint8Array, first: Uint8Array, second: Uint8Array = NOTHING): void {
    if (this.#native) addon().hmac(this.#native, algorithm === "sha256", first, second, out);
    else {
      const whole = createHmac(algorithm, this.#key!).update(first).update(second).digest();
      out.set(whole.subarray(0, out.length));
    }
  }
}
