/**
 * One direction of one transform, without state: the caller knows the index and asks for each only once. `ssrc` and
 * `index` are those of the packet; an RTP index is 2^16 * ROC + sequence number (RFC 3711 3.3.1), an RTCP index has 31 bits.
 */
export interface PacketCipher {
  /** Bytes that sealing adds behind an RTP packet, and behind an RTCP packet. */
  readonly rtpOverhead: number;
  readonly rtcpOverhead: number;
  /** Writes the protected packet into `out`, which has exactly its length. */
  sealRtp(out: Buffer, packet: Buffer, headerLength: number, ssrc: number, index: number): void;
  /** The plain packet in a buffer of its own, or undefined if it is not authentic. `packet` is longer than both overheads. */
  openRtp(packet: Buffer, headerLength: number, ssrc: number, index: number): Buffer | undefined;
  sealRtcp(out: Buffer, packet: Buffer, ssrc: number, index: number): void;
  openRtcp(packet: Buffer, ssrc: number, index: number): Buffer | undefined;
  /** Where the word with E flag and index is in a protected RTCP packet. */
  rtcpIndexOffset(packet: Buffer): number;
}

/** RTCP: the header and sender SSRC stay in clear. */
export const RTCP_CLEAR = 8;
/** Top bit of the index word: the packet is encrypted (RFC 3711 3.4). */
export const ENCRYPTED = 0x80000000;
