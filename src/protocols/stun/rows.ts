import type { TransportAddress } from "#base";
import { decodeAddress, encodeAddress } from "./addresses.ts";
import { DecodeError } from "./errors.ts";

/** One row of the codec. Byte values that `decode` returns are views of the message and live as long as its bytes. */
export interface AttributeRow<T> {
  readonly type: number;
  readonly name: string;
  /** Where the attribute is defined. */
  readonly section: string;
  encode(value: T, transactionId: Uint8Array): Uint8Array;
  decode(value: Buffer, transactionId: Uint8Array): T | DecodeError;
}

/** What every row begins with; the functions below add how values of one kind are written and read. */
export type Definition = readonly [type: number, name: string, section: string];

/** From `min` to `max` bytes, in multiples of `step`. */
export function bytes([type, name, section]: Definition, min: number, max: number, step = 1): AttributeRow<Uint8Array> {
  const fits = (length: number) => length >= min && length <= max && length % step === 0;
  return {
    type,
    name,
    section,
    encode: (value) => value,
    decode: (value) => (fits(value.length) ? value : new DecodeError(`${name}/length`)),
  };
}

/** `max` bytes of UTF-8. Ill-formed sequences become U+FFFD, which matches no name or password that we know. */
export function text([type, name, section]: Definition, max: number): AttributeRow<string> {
  return {
    type,
    name,
    section,
    encode: (value) => Buffer.from(value, "utf8"),
    decode: (value) => (value.length > max ? new DecodeError(`${name}/length`) : value.toString("utf8")),
  };
}

/** An address in the clear. NATs have been seen to rewrite those (RFC 8489 14.2), so few attributes have it. */
export function address([type, name, section]: Definition): AttributeRow<TransportAddress> {
  return {
    type,
    name,
    section,
    encode: (value) => encodeAddress(value),
    decode: (value) => decodeAddress(name, value),
  };
}

export function xorAddress([type, name, section]: Definition): AttributeRow<TransportAddress> {
  return {
    type,
    name,
    section,
    encode: encodeAddress,
    decode: (value, transactionId) => decodeAddress(name, value, transactionId),
  };
}

/** A number in the first `size` bytes; the rest of four bytes is reserved: zero when sent, ignored when received. */
export function number([type, name, section]: Definition, size: 1 | 2 | 4): AttributeRow<number> {
  return {
    type,
    name,
    section,
    encode: (value) => {
      const out = Buffer.alloc(4);
      out.writeUIntBE(value, 0, size);
      return out;
    },
    decode: (value) => (value.length === 4 ? value.readUIntBE(0, size) : new DecodeError(`${name}/length`)),
  };
}

const NOTHING = new Uint8Array(0);

/** No value: what counts is that the attribute is there. */
export function flag([type, name, section]: Definition): AttributeRow<true> {
  return {
    type,
    name,
    section,
    encode: () => NOTHING,
    decode: (value) => (value.length === 0 ? true : new DecodeError(`${name}/length`)),
  };
}
