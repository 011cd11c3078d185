/** Data Channel Establishment Protocol, RFC 8832. */
export interface ChannelOpen {
  readonly label: string;
  readonly ordered: boolean;
  /** Sent again at most so often; undefined means as often as needed. */
  readonly maxRetransmits: number | undefined;
  /** Sent again for at most so many ms. */
  readonly maxLifetimeMs: number | undefined;
}

/** RFC 8831 8: payload protocol identifiers. SCTP has no empty messages, so those are one zero byte. */
export const PayloadProtocol = { dcep: 50, text: 51, binary: 53, emptyText: 56, emptyBinary: 57 } as const;

const OPEN = 0x03;
export const CHANNEL_ACK = Buffer.from([0x02]);
const FIXED = 12;
const UNORDERED = 0x80;

/** DATA_CHANNEL_OPEN (RFC 8832 5.1), or undefined if these bytes are none. */
export function decodeChannelOpen(bytes: Buffer): ChannelOpen | undefined {
  if (bytes.length < FIXED || bytes[0] !== OPEN) return undefined;
  const type = bytes[1]!;
  const limit = bytes.readUInt32BE(4);
  const labelLength = bytes.readUInt16BE(8);
  if (FIXED + labelLength + bytes.readUInt16BE(10) > bytes.length) return undefined;
  const reliability = type & ~UNORDERED;
  if (reliability > 2) return undefined;
  return {
    label: bytes.toString("utf8", FIXED, FIXED + labelLength),
    ordered: (type & UNORDERED) === 0,
    maxRetransmits: reliability === 1 ? limit : undefined,
    maxLifetimeMs: reliability === 2 ? limit : undefined,
  };
}
