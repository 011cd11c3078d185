import { timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";
import { type HmacAlgorithm, HmacKey } from "#native";
import { attributes } from "./attributes.ts";
import { HEADER_SIZE } from "./constants.ts";
import type { StunMessage } from "./decode.ts";

/** HMAC key: long-term (`longTermKey`) or the bare password of ICE's short-term mechanism. */
export type IntegrityKey = Uint8Array | HmacKey;

/** MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256. */
export type IntegrityAlgorithm = HmacAlgorithm;

/** The attribute of each, and its size when sent: never truncated, header included. */
export const INTEGRITY = {
  sha1: { type: attributes.messageIntegrity.type, size: 4 + 20 },
  sha256: { type: attributes.messageIntegritySha256.type, size: 4 + 32 },
} as const;

/** The whole attribute, header included. */
export const FINGERPRINT_SIZE = 8;
/** RFC 8489 14.7. */
const FINGERPRINT_XOR = 0x5354554e;

/** Written and read in one go. */
const HEAD = Buffer.alloc(HEADER_SIZE);
const COMPUTED = { sha1: Buffer.alloc(20), sha256: Buffer.alloc(32) } as const;

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
  const computed = COMPUTED[algorithm];
  writeIntegrity(computed, message.bytes, at, end, key, algorithm);
  return timingSafeEqual(computed.subarray(0, received.length), received);
}

/**
 * RFC 8489 14.5, 14.6: writes into `out` the HMAC over what precedes the attribute at `at`, with the length in the header as
 * if the message ended with that attribute, at `end`. A receiver of a truncated SHA-256 compares as many bytes as it got.
 */
export function writeIntegrity(
  out: Buffer,
  bytes: Buffer,
  at: number,
  end: number,
  key: IntegrityKey,
  algorithm: IntegrityAlgorithm,
): void {
  bytes.copy(HEAD, 0, 0, HEADER_SIZE);
  HEAD.writeUInt16BE(end - HEADER_SIZE, 2);
  const made = key instanceof HmacKey ? key : new HmacKey(key);
  made.write(algorithm, out, HEAD, bytes.subarray(HEADER_SIZE, at));
}
