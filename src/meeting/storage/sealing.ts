import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;

/**
 * Encrypts what must be readable again (passcodes, shared secrets) so that a copy of the database alone gives none of
 * it. AES-256-GCM (NIST SP 800-38D) with a random nonce: safe for 2^32 values under one key. `place` is authenticated,
 * so that a sealed value moved to another object or field does not open.
 */
export class Sealer {
  readonly key: Uint8Array;

  constructor(key: Uint8Array) {
    this.key = key;
  }

  seal(plain: Uint8Array | string, place: string): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.key, nonce).setAAD(Buffer.from(place));
    const body = Buffer.concat([cipher.update(Buffer.from(plain as string)), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), body]);
  }

  /** Undefined if it was sealed with another key, for another place, or damaged. */
  unseal(sealed: Uint8Array, place: string): Buffer | undefined {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    } catch {
      return undefined;
    }
  }
}
