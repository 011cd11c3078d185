import { randomBytes } from "node:crypto";
import { type AttributeRow, attributes } from "./attributes.ts";
import { HEADER_SIZE, MAGIC_COOKIE, padded } from "./constants.ts";
import { FINGERPRINT_SIZE, fingerprintOf, INTEGRITY_SIZE, type IntegrityKey, integrityOf } from "./integrity.ts";

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
  /** Adds MESSAGE-INTEGRITY. */
  readonly key?: IntegrityKey | undefined;
  /** Adds FINGERPRINT. */
  readonly fingerprint?: boolean;
}

export function newTransactionId(): Buffer {
  return randomBytes(12);
}

/** The message in bytes of its own, padding zero. */
export function encodeMessage(message: OutgoingMessage, protection: Protection = {}): Buffer {
  const transactionId = message.transactionId ?? newTransactionId();
  const list = message.attributes ?? [];
  const values = list.map((item) => item.encode(transactionId));
  let size = HEADER_SIZE;
  for (const value of values) size += 4 + padded(value.length);
  const total = size + (protection.key ? INTEGRITY_SIZE : 0) + (protection.fingerprint ? FINGERPRINT_SIZE : 0);
  const bytes = Buffer.alloc(total);
  bytes.writeUInt16BE(message.method | message.class, 0);
  bytes.writeUInt16BE(total - HEADER_SIZE, 2);
  bytes.writeUInt32BE(MAGIC_COOKIE, 4);
  bytes.set(transactionId, 8);
  let at = HEADER_SIZE;
  values.forEach((value, i) => {
    at = append(bytes, at, list[i]!.type, value);
  });
  if (protection.key) at = append(bytes, at, attributes.messageIntegrity.type, integrityOf(bytes, at, protection.key));
  if (protection.fingerprint) {
    const value = Buffer.allocUnsafe(4);
    value.writeUInt32BE(fingerprintOf(bytes.subarray(0, at)), 0);
    append(bytes, at, attributes.fingerprint.type, value);
  }
  return bytes;
}

function append(bytes: Buffer, at: number, type: number, value: Uint8Array): number {
  bytes.writeUInt16BE(type, at);
  bytes.writeUInt16BE(value.length, at + 2);
  bytes.set(value, at + 4);
  return at + 4 + padded(value.length);
}
