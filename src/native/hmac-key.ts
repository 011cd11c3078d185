import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { addon, type HmacHandle, nativeAvailable } from "./addon.ts";

export type HmacAlgorithm = "sha1" | "sha256";

const NOTHING = new Uint8Array(0);

/**
 * A key for many HMACs (RFC 2104), which cost a fraction of node:crypto's: that one makes a stream of each. Without the addon
 * it is node:crypto's.
 */
export class HmacKey {
  readonly #made: { readonly native: HmacHandle } | { readonly key: KeyObject };

  constructor(key: Uint8Array) {
    // An addon that was compiled for an earlier release has no such function yet.
    const isNative = nativeAvailable() && addon().hmacKey;
    this.#made = isNative ? { native: addon().hmacKey(key) } : { key: createSecretKey(key) };
  }

  /** Writes the HMAC over both parts into `out`, as much of it as there is room for. */
  write(algorithm: HmacAlgorithm, out: Uint8Array, first: Uint8Array, second: Uint8Array = NOTHING): void {
    if ("native" in this.#made) addon().hmac(this.#made.native, algorithm === "sha256", first, second, out);
    else {
      const whole = createHmac(algorithm, this.#made.key).update(first).update(second).digest();
      out.set(whole.subarray(0, out.length));
    }
  }
}
