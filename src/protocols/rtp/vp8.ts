/** The VP8 payload descriptor (RFC 7741 4.2), with the offsets of what a forwarder rewrites. */
export interface Vp8Descriptor {
  /** First packet of the first partition: where a frame begins. */
  readonly startsFrame: boolean;
  /** The first packet of a key frame. */
  readonly keyframe: boolean;
  readonly pictureId: number | undefined;
  readonly pictureIdBits: 7 | 15;
  readonly pictureIdAt: number;
  readonly tl0PicIdx: number | undefined;
  readonly tl0PicIdxAt: number;
  readonly temporalId: number | undefined;
  readonly length: number;
}

/** Reads the descriptor at the start of a payload, or returns undefined if it is cut off. */
export function parseVp8(packet: Buffer, start: number, end: number): Vp8Descriptor | undefined {
  if (start >= end || end > packet.length) return undefined;
  const extended = bit(packet[start], 0x80);
  const flags = extended ? packet[start + 1] : 0;
  const pictureIdAt = start + 1 + extended;
  const wide = bit(flags, 0x80) & bit(packet[pictureIdAt], 0x80);
  const tl0PicIdxAt = pictureIdAt + bit(flags, 0x80) + wide;
  const temporalAt = tl0PicIdxAt + bit(flags, 0x40);
  const frameAt = temporalAt + bit(flags, 0x30);
  if (frameAt > end) return undefined;
  return {
    ...startOf(packet, start, frameAt, end),
    pictureId: bit(flags, 0x80) ? readPictureId(packet, pictureIdAt, wide) : undefined,
    pictureIdBits: wide ? 15 : 7,
    pictureIdAt,
    tl0PicIdx: bit(flags, 0x40) ? packet[tl0PicIdxAt] : undefined,
    tl0PicIdxAt,
    temporalId: bit(flags, 0x20) ? packet[temporalAt]! >> 6 : undefined,
    length: frameAt - start,
  };
}

/** The inverse key frame flag is the lowest bit of the frame header (RFC 6386 9.1), which only partition 0 begins with. */
function startOf(packet: Buffer, start: number, frameAt: number, end: number) {
  const startsFrame = (packet[start]! & 0x17) === 0x10;
  return { startsFrame, keyframe: startsFrame && frameAt < end && (packet[frameAt]! & 0x01) === 0 };
}

/** 1 if any bit of the mask is set, 0 if none is or the byte lies behind the end. */
function bit(byte: number | undefined, mask: number): 0 | 1 {
  return ((byte ?? 0) & mask) !== 0 ? 1 : 0;
}

function readPictureId(packet: Buffer, at: number, wide: number): number {
  return wide ? ((packet[at]! & 0x7f) << 8) | packet[at + 1]! : packet[at]! & 0x7f;
}

/** Overwrites PictureID and TL0PICIDX in `into`, whose payload begins `shift` bytes after that of the packet described. */
export function rewriteVp8(
  into: Buffer,
  descriptor: Vp8Descriptor,
  shift: number,
  pictureId: number,
  tl0PicIdx: number,
): void {
  if (descriptor.pictureId !== undefined) {
    const at = descriptor.pictureIdAt + shift;
    if (descriptor.pictureIdBits === 15) into.writeUInt16BE(0x8000 | (pictureId & 0x7fff), at);
    else into[at] = pictureId & 0x7f;
  }
  if (descriptor.tl0PicIdx !== undefined) into[descriptor.tl0PicIdxAt + shift] = tl0PicIdx & 0xff;
}
