import { createHash, createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";
import { HEADER_SIZE } from "./constants.ts";
import type { StunMessage } from "./decode.ts";

/** HMAC key: long-term (`longTermKey`) or the bare password of ICE's short-term mechanism. */
export type IntegrityKey = Uint8Array | KeyObject;

/** Whole attributes, header included. */
export const INTEGRITY_SIZE = 24;
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

/** True if the message carries a MESSAGE-INTEGRITY made with `key`. Takes the same time whatever the difference. */
export function verifyIntegrity(message: StunMessage, key: IntegrityKey): boolean {
  const at = message.integrityAt;
  if (at === 0) return false;
  return timingSafeEqual(integrityOf(message.bytes, at, key), message.bytes.subarray(at + 4, at + INTEGRITY_SIZE));
}

/** RFC 8489 14.5: HMAC-SHA1 over what precedes, with the length in the header as if the message ended here. */
export function integrityOf(bytes: Buffer, at: number, key: IntegrityKey): Buffer {
  const head = Buffer.from(bytes.subarray(0, HEADER_SIZE));
  head.writeUInt16BE(at + INTEGRITY_SIZE - HEADER_SIZE, 2);
  return createHmac("sha1", key).update(head).update(bytes.subarray(HEADER_SIZE, at)).digest();
}

/** RFC 8489 9.2.2: the key of the long-term credential mechanism. */
export function longTermKey(username: string, realm: string, password: string): Buffer {
  return createHash("md5")
    .update(`${username}:${realm}:${password.normalize("NFC")}`)
    .digest();
}
