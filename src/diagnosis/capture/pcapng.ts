/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian, each with its length at both ends. Times are
 * microseconds since 1970, which is the format's default.
 */
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;
/** The text form that systemd exports its journal in: a line among the packets that is none. */
const JOURNAL_ENTRY = 9;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** LINKTYPE_RAW: packets begin with their IPv4 or IPv6 header. */
const RAW_IP = 101;

const OPTION = {
  end: 0,
  interfaceName: 2,
  interfaceDescription: 3,
  application: 4,
  packetFlags: 2,
  received: 4,
  dropped: 5,
} as const;

export interface PacketBlock {
  readonly interfaceId: number;
  readonly atUs: number;
  /** 1: came in, 2: went out, 0: neither. */
  readonly flags: 0 | 1 | 2;
  readonly snaplen: number;
}

export function sectionHeader(application: string): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
  body.writeUInt16LE(1, 4);
  // The section's length is not known.
  body.fill(0xff, 8);
  return block(SECTION_HEADER, [body, ...options([OPTION.application, Buffer.from(application)])]);
}

export function interfaceDescription(name: string, description: string, snaplen: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(RAW_IP, 0);
  body.writeUInt32LE(snaplen, 4);
  const texts = options(
    [OPTION.interfaceName, Buffer.from(name)],
    [OPTION.interfaceDescription, Buffer.from(description)],
  );
  return block(INTERFACE, [body, ...texts]);
}

/** Of a long packet only the first `snaplen` bytes are kept. */
export function packetBlock({ interfaceId, atUs, flags, snaplen }: PacketBlock, packet: Uint8Array): Buffer {
  const kept = packet.length > snaplen ? packet.subarray(0, snaplen) : packet;
  const body = Buffer.alloc(20);
  body.writeUInt32LE(interfaceId, 0);
  writeTime(body, 4, atUs);
  body.writeUInt32LE(kept.length, 12);
  body.writeUInt32LE(packet.length, 16);
  return block(ENHANCED_PACKET, [body, padded(kept), ...options([OPTION.packetFlags, uint32(flags)])]);
}

/** One line of text at that time. */
export function journalBlock(atUs: number, text: string): Buffer {
  const message = text.replace(/[\r\n]+/g, " ");
  return block(JOURNAL_ENTRY, [
    padded(Buffer.from(`__REALTIME_TIMESTAMP=${atUs}\nPRIORITY=6\nSYSLOG_IDENTIFIER=turnpike\nMESSAGE=${message}\n`)),
  ]);
}

export function statisticsBlock(interfaceId: number, atUs: number, received: number, dropped: number): Buffer {
  const body = Buffer.alloc(12);
  body.writeUInt32LE(interfaceId, 0);
  writeTime(body, 4, atUs);
  const counts = options([OPTION.received, uint64(received)], [OPTION.dropped, uint64(dropped)]);
  return block(INTERFACE_STATISTICS, [body, ...counts]);
}

function block(type: number, parts: readonly Uint8Array[]): Buffer {
  let length = 12;
  for (const part of parts) length += part.length;
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(length, 4);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes.writeUInt32LE(length, at);
  return bytes;
}

function options(...list: readonly (readonly [code: number, value: Uint8Array])[]): Uint8Array[] {
  return [...list, [OPTION.end, NOTHING] as const].flatMap(([code, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(code, 0);
    head.writeUInt16LE(value.length, 2);
    return [head, padded(value)];
  });
}

const NOTHING = new Uint8Array();
const PADDING = [NOTHING, new Uint8Array(3), new Uint8Array(2), new Uint8Array(1)] as const;

/** To a multiple of 32 bits. */
function padded(bytes: Uint8Array): Uint8Array {
  const rest = bytes.length & 3;
  return rest === 0 ? bytes : Buffer.concat([bytes, PADDING[rest]!]);
}

/** The upper 32 bits first, whatever the byte order. */
function writeTime(target: Buffer, at: number, us: number): void {
  target.writeUInt32LE(Math.floor(us / 2 ** 32), at);
  target.writeUInt32LE(us % 2 ** 32, at + 4);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
