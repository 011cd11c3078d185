import { AddressFamily } from "./constants.ts";
import { DecodeError } from "./errors.ts";
import type { AttributeRow } from "./rows.ts";

export interface ErrorCode {
  /** 300-699. */
  readonly code: number;
  readonly reason: string;
}

/** Why the allocation has no relayed address of this family, though it has one of the other. */
export interface AddressErrorCode extends ErrorCode {
  /** One of `AddressFamily`. */
  readonly family: number;
}

/** What a peer, or a router on the way to it, sent back by ICMP. */
export interface IcmpError {
  /** 0-127: errors only; the informational types of ICMPv6 begin at 128. */
  readonly type: number;
  /** 0-511. */
  readonly code: number;
  /** The second word of the ICMP header: the MTU of "too big", otherwise zero (RFC 8656 11.5). */
  readonly data: number;
}

export const errorCode: AttributeRow<ErrorCode> = {
  type: 0x0009,
  name: "ERROR-CODE",
  section: "RFC 8489 14.8",
  encode: (value) => encodeErrorCode(0, value),
  decode: (value) => decodeErrorCode("ERROR-CODE", value),
};

/** As ERROR-CODE, with the family in the byte that is reserved there. */
export const addressErrorCode: AttributeRow<AddressErrorCode> = {
  type: 0x8001,
  name: "ADDRESS-ERROR-CODE",
  section: "RFC 8656 18.12",
  encode: (value) => encodeErrorCode(value.family, value),
  decode: (value) => {
    const read = decodeErrorCode("ADDRESS-ERROR-CODE", value);
    if (read instanceof DecodeError) return read;
    const family = value[0]!;
    if (family !== AddressFamily.ipv4 && family !== AddressFamily.ipv6)
      return new DecodeError("ADDRESS-ERROR-CODE/family");
    return { family, ...read };
  },
};

/** Two reserved bytes, seven bits of type, nine bits of code, four bytes of data. */
export const icmp: AttributeRow<IcmpError> = {
  type: 0x8004,
  name: "ICMP",
  section: "RFC 8656 18.13",
  encode: ({ type, code, data }) => {
    const out = Buffer.alloc(8);
    out.writeUInt16BE(((type & 0x7f) << 9) | (code & 0x1ff), 2);
    out.writeUInt32BE(data, 4);
    return out;
  },
  decode: (value) => {
    if (value.length !== 8) return new DecodeError("ICMP/length");
    const both = value.readUInt16BE(2);
    return { type: both >>> 9, code: both & 0x1ff, data: value.readUInt32BE(4) };
  },
};

/** RFC 8489 14.8: hundreds in the low three bits of byte 2, the rest in byte 3. */
function encodeErrorCode(first: number, { code, reason }: ErrorCode): Buffer {
  return Buffer.concat([Buffer.from([first, 0, Math.floor(code / 100), code % 100]), Buffer.from(reason, "utf8")]);
}

function decodeErrorCode(name: string, value: Buffer): ErrorCode | DecodeError {
  if (value.length < 4 || value.length > 4 + 763) return new DecodeError(`${name}/length`);
  const [hundreds, rest] = [value[2]! & 7, value[3]!];
  if (hundreds < 3 || hundreds > 6 || rest > 99) return new DecodeError(`${name}/code`);
  return { code: hundreds * 100 + rest, reason: value.toString("utf8", 4) };
}
