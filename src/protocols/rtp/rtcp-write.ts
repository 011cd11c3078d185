import { FORMAT, type ReportBlock, RTCP } from "./rtcp.ts";

/** Most report blocks that the five bits of the count can name. */
export const MAX_REPORT_BLOCKS = 31;

/** Writes the common header (RFC 3550 6.4.1) of a packet of `length` bytes, a multiple of 4. */
export function rtcpHeader(count: number, type: number, length: number): Buffer {
  const packet = Buffer.alloc(length);
  packet[0] = 0x80 | count;
  packet[1] = type;
  packet.writeUInt16BE(length / 4 - 1, 2);
  return packet;
}

export function buildPli(senderSsrc: number, mediaSsrc: number): Buffer {
  const packet = rtcpHeader(FORMAT.PLI, RTCP.PSFB, 12);
  packet.writeUInt32BE(senderSsrc, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  return packet;
}

/** Asks for these sequence numbers, ascending in serial order; neighbours within 16 share one entry (RFC 4585 6.2.1). */
export function buildNack(senderSsrc: number, mediaSsrc: number, sequenceNumbers: readonly number[]): Buffer {
  const entries: [first: number, following: number][] = [];
  for (const number of sequenceNumbers) {
    const last = entries.at(-1);
    const behind = last ? (number - last[0]) & 0xffff : 0;
    if (last && behind >= 1 && behind <= 16) last[1] |= 1 << (behind - 1);
    else if (!last || behind !== 0) entries.push([number & 0xffff, 0]);
  }
  const packet = rtcpHeader(FORMAT.NACK, RTCP.RTPFB, 12 + 4 * entries.length);
  packet.writeUInt32BE(senderSsrc, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  entries.forEach(([first, following], i) => {
    packet.writeUInt16BE(first, 12 + 4 * i);
    packet.writeUInt16BE(following, 14 + 4 * i);
  });
  return packet;
}

export interface SenderReportFields {
  readonly ssrc: number;
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
}

export function buildSenderReport(report: SenderReportFields): Buffer {
  const packet = rtcpHeader(0, RTCP.SR, 28);
  packet.writeUInt32BE(report.ssrc >>> 0, 4);
  packet.writeUInt32BE(report.ntpSeconds >>> 0, 8);
  packet.writeUInt32BE(report.ntpFraction >>> 0, 12);
  packet.writeUInt32BE(report.rtpTimestamp >>> 0, 16);
  packet.writeUInt32BE(report.packetCount >>> 0, 20);
  packet.writeUInt32BE(report.octetCount >>> 0, 24);
  return packet;
}

/** Takes at most 31 blocks; the caller splits more. */
export function buildReceiverReport(senderSsrc: number, blocks: readonly ReportBlock[]): Buffer {
  const packet = rtcpHeader(blocks.length, RTCP.RR, 8 + 24 * blocks.length);
  packet.writeUInt32BE(senderSsrc, 4);
  blocks.forEach((block, i) => {
    const at = 8 + 24 * i;
    packet.writeUInt32BE(block.ssrc, at);
    packet[at + 4] = block.fractionLost;
    packet.writeIntBE(Math.max(-0x800000, Math.min(0x7fffff, block.cumulativeLost)), at + 5, 3);
    packet.writeUInt32BE(block.highestSequence >>> 0, at + 8);
    packet.writeUInt32BE(block.jitter >>> 0, at + 12);
    packet.writeUInt32BE(block.lastSenderReport >>> 0, at + 16);
    packet.writeUInt32BE(block.delaySinceLastSenderReport >>> 0, at + 20);
  });
  return packet;
}

/** One CNAME chunk (RFC 3550 6.5.1), which a compound that begins with a report carries. */
export function buildSourceDescription(ssrc: number, cname: string): Buffer {
  const text = Buffer.from(cname, "utf8").subarray(0, 255);
  const packet = rtcpHeader(1, RTCP.SDES, 8 + 4 * Math.ceil((2 + text.length + 1) / 4));
  packet.writeUInt32BE(ssrc >>> 0, 4);
  packet[8] = 1;
  packet[9] = text.length;
  text.copy(packet, 10);
  return packet;
}
