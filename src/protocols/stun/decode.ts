import { attributes, rowsByType } from "./attributes.ts";
import { CLASS_MASK, HEADER_SIZE, MAGIC_COOKIE, MAX_ATTRIBUTES, OPTIONAL_FROM, padded } from "./constants.ts";
import { DecodeError } from "./errors.ts";
import { fingerprintMatches, INTEGRITY } from "./integrity.ts";
import type { AttributeRow } from "./rows.ts";

const FINGERPRINT = attributes.fingerprint.type;

/** A message whose attributes have been read. Its byte values are views of `bytes` and change with them. */
export class StunMessage {
  readonly bytes: Buffer;
  /** The message type without its class bits; one of `Method`, or a method unknown to us. */
  readonly method: number;
  /** One of `MessageClass`. */
  readonly class: number;
  readonly transactionId: Buffer;
  /** Where MESSAGE-INTEGRITY begins; 0 if there is none. */
  readonly integrityAt: number;
  /** Where MESSAGE-INTEGRITY-SHA256 begins; 0 if there is none. */
  readonly integritySha256At: number;
  /**
   * The place of the first known attribute whose value cannot be read ("LIFETIME/length"). `get` has nothing for it. Who
   * answers requests answers 400 once the request is authentic; everybody else takes the message for none.
   */
  readonly malformed: string | undefined;
  /** Types below 0x8000 that no row of the table covers (RFC 8489 6.3). */
  readonly unknown: readonly number[];
  readonly #types: readonly number[];
  readonly #values: readonly unknown[];

  constructor(bytes: Buffer, read: Attributes) {
    const type = bytes.readUInt16BE(0);
    this.bytes = bytes;
    this.method = type & ~CLASS_MASK;
    this.class = type & CLASS_MASK;
    this.transactionId = bytes.subarray(8, HEADER_SIZE);
    this.integrityAt = read.integrityAt;
    this.integritySha256At = read.integritySha256At;
    this.malformed = read.malformed;
    this.unknown = read.unknown;
    this.#types = read.types;
    this.#values = read.values;
  }

  /** The first attribute of that row (RFC 8489 14: a duplicate is ignored). */
  get<T>(row: AttributeRow<T>): T | undefined {
    const at = this.#types.indexOf(row.type);
    return at < 0 ? undefined : (this.#values[at] as T);
  }

  /** All of them, for CreatePermission, which may name several peers (RFC 8656 10.1). */
  all<T>(row: AttributeRow<T>): T[] {
    return this.#values.filter((value, i) => this.#types[i] === row.type && value !== undefined) as T[];
  }
}

/** Cheap look at the first bytes (RFC 8489 5, RFC 7983): may this be a STUN message? */
export function isStun(bytes: Buffer): boolean {
  return bytes.length >= HEADER_SIZE && bytes[0]! < 4 && bytes.readUInt32BE(4) === MAGIC_COOKIE;
}

/**
 * Reads one whole message: a datagram, or a frame of a stream. A FINGERPRINT, if there is one, has been verified;
 * integrity has not. A value that cannot be read makes the message `malformed`; broken framing, integrity attributes of
 * no possible size and a wrong FINGERPRINT mean that it is no message of STUN, or not for us.
 */
export function decodeMessage(bytes: Buffer): StunMessage | DecodeError {
  if (!isStun(bytes)) return new DecodeError("header");
  const length = bytes.readUInt16BE(2);
  if (length % 4 !== 0 || length + HEADER_SIZE !== bytes.length) return new DecodeError("header/length");
  const read = readAttributes(bytes);
  return read instanceof DecodeError ? read : new StunMessage(bytes, read);
}

interface Attributes {
  readonly types: number[];
  /** Undefined where the value is malformed: it hides its duplicates all the same. */
  readonly values: unknown[];
  readonly unknown: number[];
  integrityAt: number;
  integritySha256At: number;
  malformed: string | undefined;
}

function readAttributes(bytes: Buffer): Attributes | DecodeError {
  const read: Attributes = {
    types: [],
    values: [],
    unknown: [],
    integrityAt: 0,
    integritySha256At: 0,
    malformed: undefined,
  };
  let count = 0;
  for (let at = HEADER_SIZE; at < bytes.length; ) {
    if (++count > MAX_ATTRIBUTES) return new DecodeError("attributes/count");
    const type = bytes.readUInt16BE(at);
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) return new DecodeError("attribute/length");
    if (type === FINGERPRINT) return fingerprintMatches(bytes, at) ? read : new DecodeError("FINGERPRINT");
    const fault = counts(read, type) ? readAttribute(read, type, bytes, at, end) : undefined;
    if (fault) return fault;
    at = padded(end);
  }
  return read;
}

/**
 * RFC 8489 14.5, 14.6: behind MESSAGE-INTEGRITY only MESSAGE-INTEGRITY-SHA256 counts, behind that one nothing: anybody on
 * the path could have put it there.
 */
function counts(read: Attributes, type: number): boolean {
  if (read.integritySha256At !== 0) return false;
  return read.integrityAt === 0 || type === INTEGRITY.sha256.type;
}

/** The attribute from `at` to `end`, its padding left out. */
function readAttribute(
  read: Attributes,
  type: number,
  bytes: Buffer,
  at: number,
  end: number,
): DecodeError | undefined {
  const row = rowsByType.get(type);
  if (!row) {
    if (type < OPTIONAL_FROM) read.unknown.push(type);
    return undefined;
  }
  const value = row.decode(bytes.subarray(at + 4, end), bytes.subarray(8, HEADER_SIZE));
  const isIntegrity = type === INTEGRITY.sha1.type || type === INTEGRITY.sha256.type;
  if (value instanceof DecodeError && isIntegrity) return value;
  if (value instanceof DecodeError) read.malformed ??= value.place;
  if (type === INTEGRITY.sha1.type) read.integrityAt = at;
  if (type === INTEGRITY.sha256.type) read.integritySha256At = at;
  read.types.push(type);
  read.values.push(value instanceof DecodeError ? undefined : value);
  return undefined;
}
