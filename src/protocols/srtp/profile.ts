import { createCipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { HmacKey } from "#native";

/** DTLS-SRTP protection profiles (RFC 5764 4.1.2, RFC 7714 14.2) by OpenSSL's names. */
export type SrtpProfile = "SRTP_AEAD_AES_128_GCM" | "SRTP_AES128_CM_SHA1_80";

/** Best first: without SHA instructions in the CPU, AES-GCM costs less than AES-CM with HMAC-SHA1. */
export const SRTP_PROFILES: readonly SrtpProfile[] = ["SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_SHA1_80"];

/** Master key of 16 bytes, master salt of 12 (GCM) or 14 (CM). */
export interface MasterKey {
  readonly key: Buffer;
  readonly salt: Buffer;
}

/** Keys of one direction for RTP or for RTCP. Made ready once: raw bytes cost node:crypto five times as much. */
export interface SessionKeys {
  readonly key: KeyObject;
  readonly salt: Buffer;
  /** HMAC-SHA1 key of AES-CM; unused by GCM. */
  readonly authentication: HmacKey;
}

/** First of the three labels of RTP and of RTCP (RFC 3711 4.3.1): encryption key, authentication key, salt. */
const FIRST_LABEL = { rtp: 0, rtcp: 3 } as const;

export function deriveSessionKeys(master: MasterKey, of: keyof typeof FIRST_LABEL): SessionKeys {
  const label = FIRST_LABEL[of];
  return {
    key: createSecretKey(derive(master, label, 16)),
    authentication: new HmacKey(derive(master, label + 1, 20)),
    salt: derive(master, label + 2, master.salt.length),
  };
}

/**
 * AES-CM key derivation with rate 0 (RFC 3711 4.3.3). A 96-bit salt is padded with zeros on the right (RFC 7714 11).
 */
function derive(master: MasterKey, label: number, length: number): Buffer {
  const iv = Buffer.alloc(16);
  master.salt.copy(iv);
  iv[7]! ^= label;
  return createCipheriv("aes-128-ctr", master.key, iv).update(Buffer.alloc(length));
}
