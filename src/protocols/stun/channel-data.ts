import { padded } from "./constants.ts";
import { DecodeError } from "./errors.ts";

/** RFC 8656 12.4: channel number, length. */
export const CHANNEL_HEADER = 4;
/** RFC 8656 12: numbers a client may bind. */
export const FIRST_CHANNEL = 0x4000;
export const LAST_CHANNEL = 0x4fff;
/** RFC 5766 11 let clients go up to here, and some still do. */
export const LAST_LEGACY_CHANNEL = 0x7fff;

export interface ChannelData {
  readonly channel: number;
  /** A view of the packet. */
  readonly data: Buffer;
}

/** Cheap look at the first byte: may this be ChannelData? */
export function isChannelData(bytes: Buffer): boolean {
  return bytes.length >= CHANNEL_HEADER && (bytes[0]! & 0xc0) === 0x40;
}

/** Reads one ChannelData message; bytes behind its length are padding and ignored (RFC 8656 12.5). */
export function decodeChannelData(bytes: Buffer): ChannelData | DecodeError {
  if (!isChannelData(bytes)) return new DecodeError("ChannelData/channel");
  const length = bytes.readUInt16BE(2);
  if (CHANNEL_HEADER + length > bytes.length) return new DecodeError("ChannelData/length");
  return { channel: bytes.readUInt16BE(0), data: bytes.subarray(CHANNEL_HEADER, CHANNEL_HEADER + length) };
}

/** In bytes of its own. `pad` to a multiple of four is needed on streams only (RFC 8656 12.5). */
export function encodeChannelData(channel: number, data: Uint8Array, pad = false): Buffer {
  const size = CHANNEL_HEADER + data.length;
  const bytes = Buffer.allocUnsafe(pad ? padded(size) : size);
  bytes.fill(0, size);
  writeChannelHeader(bytes, channel, data.length);
  bytes.set(data, CHANNEL_HEADER);
  return bytes;
}

export function writeChannelHeader(bytes: Buffer, channel: number, length: number): void {
  bytes[0] = channel >>> 8;
  bytes[1] = channel;
  bytes[2] = length >>> 8;
  bytes[3] = length;
}
