/** In pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Frame tag, start code, width, height. */
const LENGTH = 10;
const START_CODE = 0x9d012a;

/** The size in the head of a VP8 key frame (RFC 6386 9.1), which begins at `start`: 14 bits each, above them the scaling. */
export function vp8PictureSize(packet: Buffer, start: number, end: number): PictureSize | undefined {
  if (start + LENGTH > Math.min(end, packet.length) || packet.readUIntBE(start + 3, 3) !== START_CODE) return undefined;
  return { width: packet.readUInt16LE(start + 6) & 0x3fff, height: packet.readUInt16LE(start + 8) & 0x3fff };
}
