import { parseTransportFeedback, type TransportFeedback } from "./transport-cc.ts";

/** One report block of a sender or receiver report (RFC 3550 6.4.1). */
export interface ReportBlock {
  readonly ssrc: number;
  /** Fraction lost since the last report, 0-255 for 0 to 1. */
  readonly fractionLost: number;
  /** Packets lost in all, -8388608 to 8388607. */
  readonly cumulativeLost: number;
  readonly highestSequence: number;
  /** In timestamp units. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report, and the time since then in 1/65536 s. */
  readonly lastSenderReport: number;
  readonly delaySinceLastSenderReport: number;
}

export interface SenderReport {
  readonly type: "sender-report";
  readonly ssrc: number;
  /** Wall clock of the sender, seconds since 1900 and their 2^-32 parts, at `rtpTimestamp`. */
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
  readonly reports: readonly ReportBlock[];
}

export type RtcpPacket =
  | SenderReport
  | { readonly type: "receiver-report"; readonly ssrc: number; readonly reports: readonly ReportBlock[] }
  | { readonly type: "source-description"; readonly bytes: Buffer }
  | { readonly type: "bye"; readonly ssrcs: readonly number[] }
  /** RFC 4585 6.2.1, sequence numbers in the order asked. */
  | { readonly type: "nack"; readonly mediaSsrc: number; readonly sequenceNumbers: readonly number[] }
  | { readonly type: "pli"; readonly mediaSsrc: number }
  /** RFC 5104 4.3.1 */
  | { readonly type: "fir"; readonly ssrcs: readonly number[] }
  /** draft-alvestrand-rmcat-remb-03 */
  | { readonly type: "remb"; readonly bitrate: number; readonly ssrcs: readonly number[] }
  | { readonly type: "transport-feedback"; readonly feedback: TransportFeedback }
  | { readonly type: "other"; readonly payloadType: number };

/** Sender report, receiver report, source description, bye (RFC 3550 12.1); transport and payload feedback (RFC 4585 9). */
export const RTCP = { SR: 200, RR: 201, SDES: 202, BYE: 203, RTPFB: 205, PSFB: 206 } as const;

/** Feedback formats of RTPFB and PSFB. */
export const FORMAT = { NACK: 1, TRANSPORT_CC: 15, PLI: 1, FIR: 4, APPLICATION: 15 } as const;

/** A compound of 1500 bytes could hold 375 empty packets; honest ones hold a handful. */
const MAX_PACKETS = 32;

/**
 * Reads the packets of a compound (RFC 3550 6.1, reduced size allowed by RFC 5506), up to the first whose length runs
 * over the end. A packet with a broken body is left out. Views in the result live as long as the bytes.
 */
export function parseRtcp(compound: Buffer): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  let at = 0;
  while (at + 4 <= compound.length && compound[at]! >> 6 === 2 && packets.length < MAX_PACKETS) {
    const end = at + 4 * (compound.readUInt16BE(at + 2) + 1);
    if (end > compound.length) break;
    const parsed = parseOne(compound.subarray(at, unpaddedEnd(compound, at, end)));
    if (parsed) packets.push(parsed);
    at = end;
  }
  return packets;
}

/** Padding may stand in any packet of a compound; its last byte counts it (RFC 3550 6.4.1). */
function unpaddedEnd(compound: Buffer, start: number, end: number): number {
  const padding = (compound[start]! & 0x20) !== 0 ? compound[end - 1]! : 0;
  return Math.max(end - padding, start + 4);
}

function parseOne(p: Buffer): RtcpPacket | undefined {
  const count = p[0]! & 0x1f;
  switch (p[1]) {
    case RTCP.SR:
      return senderReport(p, count);
    case RTCP.RR:
      if (p.length < 8) return undefined;
      return { type: "receiver-report", ssrc: p.readUInt32BE(4), reports: reportBlocks(p, 8, count) };
    case RTCP.SDES:
      return { type: "source-description", bytes: p };
    case RTCP.BYE:
      return { type: "bye", ssrcs: words(p, 4, count) };
    case RTCP.RTPFB:
      return transportLayerFeedback(p, count);
    case RTCP.PSFB:
      return payloadFeedback(p, count);
    default:
      return { type: "other", payloadType: p[1]! };
  }
}

function senderReport(p: Buffer, count: number): SenderReport | undefined {
  if (p.length < 28) return undefined;
  return {
    type: "sender-report",
    ssrc: p.readUInt32BE(4),
    ntpSeconds: p.readUInt32BE(8),
    ntpFraction: p.readUInt32BE(12),
    rtpTimestamp: p.readUInt32BE(16),
    packetCount: p.readUInt32BE(20),
    octetCount: p.readUInt32BE(24),
    reports: reportBlocks(p, 28, count),
  };
}

function reportBlocks(p: Buffer, start: number, count: number): ReportBlock[] {
  const blocks: ReportBlock[] = [];
  for (let at = start; blocks.length < count && at + 24 <= p.length; at += 24)
    blocks.push({
      ssrc: p.readUInt32BE(at),
      fractionLost: p[at + 4]!,
      cumulativeLost: p.readIntBE(at + 5, 3),
      highestSequence: p.readUInt32BE(at + 8),
      jitter: p.readUInt32BE(at + 12),
      lastSenderReport: p.readUInt32BE(at + 16),
      delaySinceLastSenderReport: p.readUInt32BE(at + 20),
    });
  return blocks;
}

function transportLayerFeedback(p: Buffer, format: number): RtcpPacket | undefined {
  if (p.length < 12) return undefined;
  if (format === FORMAT.NACK) return { type: "nack", mediaSsrc: p.readUInt32BE(8), sequenceNumbers: nacked(p) };
  if (format !== FORMAT.TRANSPORT_CC) return { type: "other", payloadType: RTCP.RTPFB };
  const feedback = parseTransportFeedback(p);
  return feedback && { type: "transport-feedback", feedback };
}

/** At most 17 for each four bytes, so that one packet of 1500 bytes asks for 6300 at most. */
function nacked(p: Buffer): number[] {
  const numbers: number[] = [];
  for (let at = 12; at + 4 <= p.length; at += 4) {
    const first = p.readUInt16BE(at);
    const following = p.readUInt16BE(at + 2);
    numbers.push(first);
    for (let bit = 0; bit < 16; bit++) if ((following & (1 << bit)) !== 0) numbers.push((first + bit + 1) & 0xffff);
  }
  return numbers;
}

function payloadFeedback(p: Buffer, format: number): RtcpPacket | undefined {
  if (p.length < 12) return undefined;
  if (format === FORMAT.PLI) return { type: "pli", mediaSsrc: p.readUInt32BE(8) };
  if (format === FORMAT.FIR) {
    const ssrcs: number[] = [];
    for (let at = 12; at + 8 <= p.length; at += 8) ssrcs.push(p.readUInt32BE(at));
    return { type: "fir", ssrcs };
  }
  if (format === FORMAT.APPLICATION && p.length >= 20 && p.toString("latin1", 12, 16) === "REMB") {
    const bitrate = (p.readUIntBE(17, 3) & 0x3ffff) * 2 ** (p[17]! >> 2);
    return { type: "remb", bitrate, ssrcs: words(p, 20, p[16]!) };
  }
  return { type: "other", payloadType: RTCP.PSFB };
}

function words(p: Buffer, start: number, count: number): number[] {
  const found: number[] = [];
  for (let at = start; found.length < count && at + 4 <= p.length; at += 4) found.push(p.readUInt32BE(at));
  return found;
}
