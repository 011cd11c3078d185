import { ExtensionWriter, rewriteVp8, writeRtpHeader } from "#rtp";
import type { ExtensionIds, MediaPacket } from "./types.ts";

/** What is different in a packet that goes out. */
export interface Rewrite {
  readonly payloadType: number;
  readonly ssrc: number;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly pictureId: number;
  readonly tl0PicIdx: number;
  readonly transportSeq: number;
  /** The m-line's mid while the receiver may not know the SSRC yet. */
  readonly mid: string | undefined;
  /** Set for a retransmission: the outgoing number of the packet that it repeats (RFC 4588 4). */
  readonly original: number | undefined;
  readonly nowUs: number;
}

/** Room for the largest packet taken from a publisher, a new head and a retransmission's two bytes. */
const SCRATCH = 2048;
export const MAX_PACKET = 1600;

/** Writes packets for the wire into one buffer, which the next packet overwrites. */
export class PacketWriter {
  readonly #scratch = Buffer.alloc(SCRATCH);
  readonly #extensions = new ExtensionWriter(this.#scratch);

  /** The whole packet; valid until the next call. */
  write(packet: MediaPacket, ids: ExtensionIds, rewrite: Rewrite): Buffer {
    const scratch = this.#scratch;
    let at = writeRtpHeader(scratch, { ...rewrite, marker: packet.header.marker }, true);
    at = this.#writeExtensions(at, packet, ids, rewrite);
    if (rewrite.original !== undefined) at = scratch.writeUInt16BE(rewrite.original & 0xffff, at);
    const { payloadStart, payloadEnd } = packet.header;
    packet.buffer.copy(scratch, at, payloadStart, payloadEnd);
    if (packet.vp8) rewriteVp8(scratch, packet.vp8, at - payloadStart, rewrite.pictureId, rewrite.tl0PicIdx);
    return scratch.subarray(0, at + payloadEnd - payloadStart);
  }

  #writeExtensions(offset: number, packet: MediaPacket, ids: ExtensionIds, rewrite: Rewrite): number {
    const [scratch, extensions] = [this.#scratch, this.#extensions];
    extensions.begin(offset, needsTwoBytes(ids, rewrite.mid));
    if (ids.transportCc) scratch.writeUInt16BE(rewrite.transportSeq & 0xffff, extensions.element(ids.transportCc, 2));
    if (ids.absSendTime) scratch.writeUIntBE(absSendTime(rewrite.nowUs), extensions.element(ids.absSendTime, 3), 3);
    if (ids.audioLevel && packet.audioLevel !== undefined)
      scratch[extensions.element(ids.audioLevel, 1)] = packet.audioLevel;
    if (ids.playoutDelay && packet.playoutDelay !== undefined)
      scratch.writeUIntBE(packet.playoutDelay, extensions.element(ids.playoutDelay, 3), 3);
    if (ids.mid && rewrite.mid) scratch.write(rewrite.mid, extensions.element(ids.mid, rewrite.mid.length), "latin1");
    return extensions.end();
  }
}

function needsTwoBytes(ids: ExtensionIds, mid: string | undefined): boolean {
  if (mid !== undefined && mid.length > 16) return true;
  for (const id of [ids.transportCc, ids.absSendTime, ids.audioLevel, ids.playoutDelay, ids.mid])
    if (id !== undefined && id > 14) return true;
  return false;
}

/** Seconds as 6.18 fixed point (webrtc.org abs-send-time). */
function absSendTime(nowUs: number): number {
  return Math.floor((nowUs / 1e6) * 2 ** 18) & 0xffffff;
}
