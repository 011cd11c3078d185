import { addressErrorCode, errorCode, icmp } from "./error-rows.ts";
import { DecodeError } from "./errors.ts";
import { passwordAlgorithm, passwordAlgorithms } from "./password-rows.ts";
import { turnpikeLoad } from "./private-rows.ts";
import { type AttributeRow, address, bytes, flag, number, text, xorAddress } from "./rows.ts";

const unknownAttributes: AttributeRow<readonly number[]> = {
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

/** The top bit asks to reserve the next port; the other seven are sent as zero and ignored. */
const evenPort: AttributeRow<boolean> = {
  type: 0x0018,
  name: "EVEN-PORT",
  section: "RFC 8656 18.7",
  encode: (reserveNext) => Uint8Array.of(reserveNext ? 0x80 : 0),
  decode: (value) => (value.length === 1 ? (value[0]! & 0x80) !== 0 : new DecodeError("EVEN-PORT/length")),
};

/** What we can read and write. Everything else is unknown, and counted as such if it must be understood. */
export const attributes = {
  mappedAddress: address([0x0001, "MAPPED-ADDRESS", "RFC 8489 14.1"]),
  username: text([0x0006, "USERNAME", "RFC 8489 14.3"], 513),
  messageIntegrity: bytes([0x0008, "MESSAGE-INTEGRITY", "RFC 8489 14.5"], 20, 20),
  errorCode,
  unknownAttributes,
  channelNumber: number([0x000c, "CHANNEL-NUMBER", "RFC 8656 18.1"], 2),
  lifetime: number([0x000d, "LIFETIME", "RFC 8656 18.2"], 4),
  xorPeerAddress: xorAddress([0x0012, "XOR-PEER-ADDRESS", "RFC 8656 18.3"]),
  data: bytes([0x0013, "DATA", "RFC 8656 18.4"], 0, 65535),
  realm: text([0x0014, "REALM", "RFC 8489 14.9"], 763),
  nonce: text([0x0015, "NONCE", "RFC 8489 14.10"], 763),
  xorRelayedAddress: xorAddress([0x0016, "XOR-RELAYED-ADDRESS", "RFC 8656 18.5"]),
  requestedAddressFamily: number([0x0017, "REQUESTED-ADDRESS-FAMILY", "RFC 8656 18.6"], 1),
  evenPort,
  requestedTransport: number([0x0019, "REQUESTED-TRANSPORT", "RFC 8656 18.8"], 1),
  dontFragment: flag([0x001a, "DONT-FRAGMENT", "RFC 8656 18.9"]),
  messageIntegritySha256: bytes([0x001c, "MESSAGE-INTEGRITY-SHA256", "RFC 8489 14.6"], 16, 32, 4),
  passwordAlgorithm,
  userhash: bytes([0x001e, "USERHASH", "RFC 8489 14.4"], 32, 32),
  xorMappedAddress: xorAddress([0x0020, "XOR-MAPPED-ADDRESS", "RFC 8489 14.2"]),
  reservationToken: bytes([0x0022, "RESERVATION-TOKEN", "RFC 8656 18.10"], 8, 8),
  priority: number([0x0024, "PRIORITY", "RFC 8445 16.1"], 4),
  useCandidate: flag([0x0025, "USE-CANDIDATE", "RFC 8445 16.1"]),
  connectionId: number([0x002a, "CONNECTION-ID", "RFC 6062 6.2.1"], 4),
  additionalAddressFamily: number([0x8000, "ADDITIONAL-ADDRESS-FAMILY", "RFC 8656 18.11"], 1),
  addressErrorCode,
  passwordAlgorithms,
  alternateDomain: text([0x8003, "ALTERNATE-DOMAIN", "RFC 8489 14.16"], 255),
  icmp,
  software: text([0x8022, "SOFTWARE", "RFC 8489 14.14"], 763),
  alternateServer: address([0x8023, "ALTERNATE-SERVER", "RFC 8489 14.15"]),
  fingerprint: number([0x8028, "FINGERPRINT", "RFC 8489 14.7"], 4),
  iceControlled: bytes([0x8029, "ICE-CONTROLLED", "RFC 8445 16.1"], 8, 8),
  iceControlling: bytes([0x802a, "ICE-CONTROLLING", "RFC 8445 16.1"], 8, 8),
  mobilityTicket: bytes([0x8030, "MOBILITY-TICKET", "RFC 8016 3.3"], 0, 65535),
  turnpikeLoad,
} as const;

export const rowsByType: ReadonlyMap<number, AttributeRow<unknown>> = new Map(
  Object.values(attributes).map((row) => [row.type, row as AttributeRow<unknown>]),
);
