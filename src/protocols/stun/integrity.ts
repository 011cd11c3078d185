import { createHmac, createSecretKey, KeyObject, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";
import { attributes } from "./attributes.ts";
import { HEADER_SIZE } from "./constants.ts";
import type { StunMessage } from "./decode.ts";

/** HMAC key: long-term (`longTermKey`) or the bare password of ICE's short-term mechanism. */
export type IntegrityKey = Uint8Array | KeyObject;

/** MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256. */
export type IntegrityAlgorithm = "sha1" | "sha256";

/** The attribute of each, and its size when sent: never truncated, header included. */
export const INTEGRITY = {
  sha1: { type: attributes.messageIntegrity.type, size: 4 + 20 },
  sha256: { type: attributes.messageIntegritySha256.type, size: 4 + 32 },
} as const;

/** The whole attribute, header included. */
export const FINGERPRINT_SIZE = 8;
/** RFC 8489 14.7. */
const FINGERPRINT_XOR = 0x5354554e;

/** RFC 8489 14.7: the last attribute, over everything before it. */
export function fingerprintMatches(bytes: Buffer, at: number): boolean {
  if (at + FINGERPRINT_SIZE !== bytes.length || bytes.readUInt16BE(at + 2) !== 4) return false;
  return fingerprintOf(bytes.subarray(0, at)) === bytes.readUInt32BE(at + 4);
}

export function fingerprintOf(bytes: Uint8Array): number {
  return (crc32(bytes) ^ FINGERPRINT_XOR) >>> 0;
}

/**
 * True if the message carries an integrity attribute of that algorithm made with `key`; the other one, if it has both,
 * is not looked at. Takes the same time whatever the difference.
 */
export function verifyIntegrity(
  message: StunMessage,
  key: IntegrityKey,
  algorithm: IntegrityAlgorithm = "sha1",
): boolean {
  const at = algorithm === "sha1" ? message.integrityAt : message.integritySha256At;
  if (at === 0) return false;
  const end = at + 4 + message.bytes.readUInt16BE(at + 2);
  const received = message.bytes.subarray(at + 4, end);
  return timingSafeEqual(integrityOf(message.bytes, at, end, key, algorithm).subarray(0, received.length), received);
}

/**
 * RFC 8489 14.5, 14.6: HMAC over what precedes the attribute at `at`, with the length in the header as if the message
 * ended with that attribute, at `end`. A receiver of a truncated SHA-256 compares as many bytes as it got.
 */
export function integrityOf(
  bytes: Buffer,
  at: number,
  end: number,
  key: IntegrityKey,
  algorithm: IntegrityAlgorithm,
): Buffer {
  const head = Buffer.from(bytes.subarray(0, HEADER_SIZE));
  head.writeUInt16BE(end - HEADER_SIZE, 2);
  // Node finds out what bytes are by exceptions, and so takes ten times as long for them as for a KeyObject.
  const secret = key instanceof KeyObject ? key : createSecretKey(key);
  return createHmac(algorithm, secret).update(head).update(bytes.subarray(HEADER_SIZE, at)).digest();
}
