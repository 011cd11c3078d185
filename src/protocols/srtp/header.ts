const FIXED = 12;
const EXTENSION = 0x10;

/**
 * Length of an RTP header with its CSRCs and extension (RFC 3550 5.1, 5.3.1), which SRTP leaves in clear. Undefined if
 * it is no RTP version 2, or if it does not fit in `length` bytes.
 */
export function rtpHeaderLength(packet: Buffer, length: number): number | undefined {
  if (length < FIXED || packet[0]! >> 6 !== 2) return undefined;
  const csrcs = FIXED + 4 * (packet[0]! & 0x0f);
  if ((packet[0]! & EXTENSION) === 0) return csrcs <= length ? csrcs : undefined;
  if (csrcs + 4 > length) return undefined;
  const header = csrcs + 4 + 4 * packet.readUInt16BE(csrcs + 2);
  return header <= length ? header : undefined;
}

export function rtpSequence(packet: Buffer): number {
  return packet.readUInt16BE(2);
}

export function rtpSsrc(packet: Buffer): number {
  return packet.readUInt32BE(8);
}

/** SSRC of the sender of a compound RTCP packet's first part, under which SRTCP counts. */
export function rtcpSsrc(packet: Buffer): number {
  return packet.readUInt32BE(4);
}
