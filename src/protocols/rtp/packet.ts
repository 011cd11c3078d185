/**
 * Where the parts of an RTP packet lie (RFC 3550 5.1, 5.3.1). Offsets point into the packet that was read; nothing is
 * copied, so they are valid as long as its bytes stay.
 */
export interface RtpHeader {
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc: number;
  /** The extension's "defined by profile" word, or 0 without an extension. */
  readonly extensionProfile: number;
  readonly extensionStart: number;
  readonly extensionEnd: number;
  readonly payloadStart: number;
  /** Padding lies behind it. Equal to payloadStart for a packet that is only padding. */
  readonly payloadEnd: number;
}

export const RTP_HEADER_LENGTH = 12;

/** Reads the header, or returns undefined if these bytes are no whole RTP version 2 packet. */
export function parseRtp(packet: Buffer): RtpHeader | undefined {
  if (packet.length < RTP_HEADER_LENGTH || packet[0]! >> 6 !== 2) return undefined;
  const extensionAt = RTP_HEADER_LENGTH + 4 * (packet[0]! & 0x0f);
  const extended = (packet[0]! & 0x10) !== 0;
  if (extended && extensionAt + 4 > packet.length) return undefined;
  const extensionStart = extended ? extensionAt + 4 : extensionAt;
  const extensionEnd = extended ? extensionStart + 4 * packet.readUInt16BE(extensionAt + 2) : extensionAt;
  const payloadEnd = packet.length - ((packet[0]! & 0x20) !== 0 ? packet[packet.length - 1]! : 0);
  if (extensionEnd > payloadEnd || ((packet[0]! & 0x20) !== 0 && payloadEnd === packet.length)) return undefined;
  return {
    marker: (packet[1]! & 0x80) !== 0,
    payloadType: packet[1]! & 0x7f,
    sequenceNumber: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    extensionProfile: extended ? packet.readUInt16BE(extensionAt) : 0,
    extensionStart,
    extensionEnd,
    payloadStart: extensionEnd,
    payloadEnd,
  };
}

/** True for RTCP among the packets of one port: payload types 64 to 95 in the RTP view (RFC 5761 4). */
export function isRtcp(packet: Buffer): boolean {
  return packet.length >= 8 && packet[1]! >= 192 && packet[1]! <= 223;
}

export interface RtpHeaderFields {
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc: number;
}

/** Writes the fixed header, without contributing sources, and returns its length. `into` has at least 12 bytes. */
export function writeRtpHeader(into: Buffer, fields: RtpHeaderFields, extended: boolean): number {
  into[0] = extended ? 0x90 : 0x80;
  into[1] = (fields.marker ? 0x80 : 0) | (fields.payloadType & 0x7f);
  into.writeUInt16BE(fields.sequenceNumber & 0xffff, 2);
  into.writeUInt32BE(fields.timestamp >>> 0, 4);
  into.writeUInt32BE(fields.ssrc >>> 0, 8);
  return RTP_HEADER_LENGTH;
}

/**
 * Turns a retransmission (RFC 4588 4) back into the packet it repeats, in place: the header moves two bytes up over the
 * original sequence number. Returns undefined if there is no original inside, as in padding sent to probe bandwidth.
 */
export function unwrapRtx(packet: Buffer, header: RtpHeader, payloadType: number, ssrc: number): Buffer | undefined {
  if (header.payloadEnd - header.payloadStart <= 2) return undefined;
  const original = packet.readUInt16BE(header.payloadStart);
  packet.copyWithin(2, 0, header.payloadStart);
  const restored = packet.subarray(2);
  restored[1] = (restored[1]! & 0x80) | payloadType;
  restored.writeUInt16BE(original, 2);
  restored.writeUInt32BE(ssrc, 8);
  return restored;
}
