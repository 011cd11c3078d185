import { randomBytes } from "node:crypto";
import { attributes } from "./attributes.ts";
import { HEADER_SIZE, MAGIC_COOKIE, padded } from "./constants.ts";
import {
  FINGERPRINT_SIZE,
  fingerprintOf,
  INTEGRITY,
  type IntegrityAlgorithm,
  type IntegrityKey,
  writeIntegrity,
} from "./integrity.ts";
import type { AttributeRow } from "./rows.ts";

export interface Attribute {
  readonly type: number;
  encode(transactionId: Uint8Array): Uint8Array;
}

/** An attribute to send: `attribute(attributes.lifetime, 600)`. */
export function attribute<T>(row: AttributeRow<T>, value: T): Attribute {
  return { type: row.type, encode: (transactionId) => row.encode(value, transactionId) };
}

export interface OutgoingMessage {
  /** One of `Method`. */
  readonly method: number;
  /** One of `MessageClass`. */
  readonly class: number;
  /** 12 bytes; random if left out. */
  readonly transactionId?: Uint8Array;
  readonly attributes?: readonly Attribute[];
}

export interface Protection {
  /** Adds MESSAGE-INTEGRITY, or MESSAGE-INTEGRITY-SHA256 if `algorithm` says so. */
  readonly key?: IntegrityKey | undefined;
  /** "sha1" if left out. */
  readonly algorithm?: IntegrityAlgorithm | undefined;
  /** Adds FINGERPRINT. */
  readonly fingerprint?: boolean;
}

export function newTransactionId(): Buffer {
  return randomBytes(12);
}

/** The message in bytes of its own, padding zero. */
export function encodeMessage(message: OutgoingMessage, protection: Protection = {}): Buffer {
  const { key, algorithm = "sha1", fingerprint = false } = protection;
  const transactionId = message.transactionId ?? newTransactionId();
  const list = message.attributes ?? [];
  const values = list.map((item) => item.encode(transactionId));
  let size = HEADER_SIZE;
  for (const value of values) size += 4 + padded(value.length);
  const total = size + (key ? INTEGRITY[algorithm].size : 0) + (fingerprint ? FINGERPRINT_SIZE : 0);
  const bytes = Buffer.alloc(total);
  bytes.writeUInt16BE(message.method | message.class, 0);
  bytes.writeUInt16BE(total - HEADER_SIZE, 2);
  bytes.writeUInt32BE(MAGIC_COOKIE, 4);
  bytes.set(transactionId, 8);
  let at = HEADER_SIZE;
  values.forEach((value, i) => {
    at = append(bytes, at, list[i]!.type, value);
  });
  if (key) at = appendIntegrity(bytes, at, key, algorithm);
  if (fingerprint) appendFingerprint(bytes, at);
  return bytes;
}

function appendIntegrity(bytes: Buffer, at: number, key: IntegrityKey, algorithm: IntegrityAlgorithm): number {
  const { type, size } = INTEGRITY[algorithm];
  bytes.writeUInt16BE(type, at);
  bytes.writeUInt16BE(size - 4, at + 2);
  writeIntegrity(bytes.subarray(at + 4, at + size), bytes, at, at + size, key, algorithm);
  return at + size;
}

function appendFingerprint(bytes: Buffer, at: number): void {
  const value = Buffer.allocUnsafe(4);
  value.writeUInt32BE(fingerprintOf(bytes.subarray(0, at)), 0);
  append(bytes, at, attributes.fingerprint.type, value);
}

function append(bytes: Buffer, at: number, type: number, value: Uint8Array): number {
  bytes.writeUInt16BE(type, at);
  bytes.writeUInt16BE(value.length, at + 2);
  bytes.set(value, at + 4);
  return at + 4 + padded(value.length);
}
