import type { TransportAddress } from "#base";
import { decodeXorAddress, encodeXorAddress } from "./addresses.ts";
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

type Definition = readonly [type: number, name: string, section: string];

function bytes([type, name, section]: Definition, min: number, max: number): AttributeRow<Uint8Array> {
  return {
    type,
    name,
    section,
    encode: (value) => value,
    decode: (value) => (value.length < min || value.length > max ? new DecodeError(`${name}/length`) : value),
  };
}

/** `max` bytes of UTF-8. Ill-formed sequences become U+FFFD, which matches no name or password that we know. */
function text([type, name, section]: Definition, max: number): AttributeRow<string> {
  return {
    type,
    name,
    section,
    encode: (value) => Buffer.from(value, "utf8"),
    decode: (value) => (value.length > max ? new DecodeError(`${name}/length`) : value.toString("utf8")),
  };
}

function address([type, name, section]: Definition): AttributeRow<TransportAddress> {
  return {
    type,
    name,
    section,
    encode: encodeXorAddress,
    decode: (value, transactionId) => decodeXorAddress(name, value, transactionId),
  };
}

/** A number in the first `size` bytes; the rest of four bytes is reserved: zero when sent, ignored when received. */
function number([type, name, section]: Definition, size: 1 | 2 | 4): AttributeRow<number> {
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

function flag([type, name, section]: Definition): AttributeRow<true> {
  return {
    type,
    name,
    section,
    encode: () => NOTHING,
    decode: (value) => (value.length === 0 ? true : new DecodeError(`${name}/length`)),
  };
}

export interface ErrorCode {
  /** 300-699. */
  readonly code: number;
  readonly reason: string;
}

/** RFC 8489 14.8: hundreds in the low three bits of byte 2, the rest in byte 3. */
const errorCodeRow: AttributeRow<ErrorCode> = {
  type: 0x0009,
  name: "ERROR-CODE",
  section: "RFC 8489 14.8",
  encode: ({ code, reason }) =>
    Buffer.concat([Buffer.from([0, 0, Math.floor(code / 100), code % 100]), Buffer.from(reason, "utf8")]),
  decode: (value) => {
    if (value.length < 4 || value.length > 4 + 763) return new DecodeError("ERROR-CODE/length");
    const [hundreds, rest] = [value[2]! & 7, value[3]!];
    if (hundreds < 3 || hundreds > 6 || rest > 99) return new DecodeError("ERROR-CODE/code");
    return { code: hundreds * 100 + rest, reason: value.toString("utf8", 4) };
  },
};

/** RFC 8489 14.13. */
const unknownAttributesRow: AttributeRow<readonly number[]> = {
  type: 0x000a,
  name: "UNKNOWN-ATTRIBUTES",
  section: "RFC 8489 14.13",
  encode: (types) => {
    const out = Buffer.alloc(types.length * 2);
    for (const [i, type] of types.entries()) out.writeUInt16BE(type, i * 2);
    return out;
  },
  decode: (value) =>
    value.length % 2
      ? new DecodeError("UNKNOWN-ATTRIBUTES/length")
      : Array.from({ length: value.length / 2 }, (_, i) => value.readUInt16BE(i * 2)),
};

/** RFC 8656 18.7: R is the top bit; the other seven are sent as zero and ignored. */
const evenPortRow: AttributeRow<boolean> = {
  type: 0x0018,
  name: "EVEN-PORT",
  section: "RFC 8656 18.7",
  encode: (reserveNext) => Uint8Array.of(reserveNext ? 0x80 : 0),
  decode: (value) => (value.length === 1 ? (value[0]! & 0x80) !== 0 : new DecodeError("EVEN-PORT/length")),
};

/** What we can read and write. Everything else is unknown, and counted as such if it must be understood. */
export const attributes = {
  username: text([0x0006, "USERNAME", "RFC 8489 14.3"], 513),
  messageIntegrity: bytes([0x0008, "MESSAGE-INTEGRITY", "RFC 8489 14.5"], 20, 20),
  errorCode: errorCodeRow,
  unknownAttributes: unknownAttributesRow,
  channelNumber: number([0x000c, "CHANNEL-NUMBER", "RFC 8656 18.1"], 2),
  lifetime: number([0x000d, "LIFETIME", "RFC 8656 18.2"], 4),
  xorPeerAddress: address([0x0012, "XOR-PEER-ADDRESS", "RFC 8656 18.3"]),
  data: bytes([0x0013, "DATA", "RFC 8656 18.4"], 0, 65535),
  realm: text([0x0014, "REALM", "RFC 8489 14.9"], 763),
  nonce: text([0x0015, "NONCE", "RFC 8489 14.10"], 763),
  xorRelayedAddress: address([0x0016, "XOR-RELAYED-ADDRESS", "RFC 8656 18.5"]),
  requestedAddressFamily: number([0x0017, "REQUESTED-ADDRESS-FAMILY", "RFC 8656 18.6"], 1),
  evenPort: evenPortRow,
  requestedTransport: number([0x0019, "REQUESTED-TRANSPORT", "RFC 8656 18.8"], 1),
  dontFragment: flag([0x001a, "DONT-FRAGMENT", "RFC 8656 18.9"]),
  xorMappedAddress: address([0x0020, "XOR-MAPPED-ADDRESS", "RFC 8489 14.2"]),
  reservationToken: bytes([0x0022, "RESERVATION-TOKEN", "RFC 8656 18.10"], 8, 8),
  priority: number([0x0024, "PRIORITY", "RFC 8445 16.1"], 4),
  useCandidate: flag([0x0025, "USE-CANDIDATE", "RFC 8445 16.1"]),
  software: text([0x8022, "SOFTWARE", "RFC 8489 14.14"], 763),
  fingerprint: number([0x8028, "FINGERPRINT", "RFC 8489 14.7"], 4),
  iceControlled: bytes([0x8029, "ICE-CONTROLLED", "RFC 8445 16.1"], 8, 8),
  iceControlling: bytes([0x802a, "ICE-CONTROLLING", "RFC 8445 16.1"], 8, 8),
} as const;

export const rowsByType: ReadonlyMap<number, AttributeRow<unknown>> = new Map(
  Object.values(attributes).map((row) => [row.type, row as AttributeRow<unknown>]),
);
