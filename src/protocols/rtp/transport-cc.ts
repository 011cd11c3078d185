/**
 * Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1): which of a run of
 * packets arrived, and when. Receive deltas count in 250 us, the reference time in 64 ms.
 */
export interface TransportFeedback {
  readonly mediaSsrc: number;
  readonly feedbackCount: number;
  readonly baseSequence: number;
  /** For each packet from the base on: arrival in microseconds on the receiver's clock, or undefined if it did not arrive. */
  readonly arrivals: readonly (number | undefined)[];
}

const HEADER = 20;
const TICK_US = 250;
const REFERENCE_US = 64_000;
const MAX_DELTA = 0x7fff;

/** Two-bit symbols of the status chunks. */
const STATUS = { MISSING: 0, SMALL: 1, LARGE: 2 } as const;

/** Bytes of the delta that follows each symbol; symbol 3 is reserved. */
const SIZES = [0, 1, 2, 0];

/** A sender reports every 50 to 100 ms: more packets than this in one feedback are nonsense or an attack on our time. */
const MAX_PACKETS = 2048;

/** Reads the feedback in a whole RTPFB packet with its padding cut off; undefined if a chunk or a delta is missing. */
export function parseTransportFeedback(packet: Buffer): TransportFeedback | undefined {
  if (packet.length < HEADER || packet.readUInt16BE(14) > MAX_PACKETS) return undefined;
  const statuses = readStatuses(packet, packet.readUInt16BE(14));
  const arrivals = statuses && readArrivals(packet, statuses.symbols, statuses.end);
  if (!arrivals) return undefined;
  return {
    mediaSsrc: packet.readUInt32BE(8),
    baseSequence: packet.readUInt16BE(12),
    feedbackCount: packet[19]!,
    arrivals,
  };
}

function readArrivals(packet: Buffer, symbols: readonly number[], start: number): (number | undefined)[] | undefined {
  let at = start;
  let time = packet.readIntBE(16, 3) * REFERENCE_US;
  const arrivals: (number | undefined)[] = [];
  for (const symbol of symbols) {
    const size = SIZES[symbol]!;
    if (at + size > packet.length) return undefined;
    if (size > 0) time += (size === 1 ? packet[at]! : packet.readInt16BE(at)) * TICK_US;
    arrivals.push(size === 0 ? undefined : time);
    at += size;
  }
  return arrivals;
}

function readStatuses(packet: Buffer, count: number): { symbols: number[]; end: number } | undefined {
  const symbols: number[] = [];
  let at = HEADER;
  while (symbols.length < count) {
    if (at + 2 > packet.length) return undefined;
    readChunk(packet.readUInt16BE(at), count - symbols.length, symbols);
    at += 2;
  }
  return { symbols, end: at };
}

/** A chunk is a run of one symbol, 14 one-bit symbols or 7 two-bit symbols; what runs over `wanted` is ignored. */
function readChunk(chunk: number, wanted: number, into: number[]): void {
  if ((chunk & 0x8000) === 0) {
    const run = Math.min(chunk & 0x1fff, wanted);
    for (let i = 0; i < run; i++) into.push((chunk >> 13) & 3);
    return;
  }
  const wide = (chunk & 0x4000) !== 0;
  for (let i = 0; i < Math.min(wide ? 7 : 14, wanted); i++)
    into.push(wide ? (chunk >> (12 - 2 * i)) & 3 : (chunk >> (13 - i)) & 1);
}

/** What to report: packets in sequence order, each with its arrival or undefined. The first one arrived. */
export interface FeedbackFields {
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
  readonly feedbackCount: number;
  readonly baseSequence: number;
  readonly arrivals: readonly (number | undefined)[];
}

/** Builds one RTPFB packet. At most 65535 arrivals; deltas beyond 8.2 s are clamped. */
export function buildTransportFeedback(fields: FeedbackFields): Buffer {
  const first = fields.arrivals.find((arrival) => arrival !== undefined) ?? 0;
  const reference = Math.floor(first / REFERENCE_US);
  const { symbols, deltas } = deltasOf(fields.arrivals, reference * REFERENCE_US);
  const deltaBytes = deltas.reduce((sum, delta) => sum + (isSmall(delta) ? 1 : 2), 0);
  const length = HEADER + 2 * Math.ceil(symbols.length / 7) + deltaBytes;
  const packet = Buffer.alloc(Math.ceil(length / 4) * 4);
  const padding = packet.length - length;
  packet[0] = 0x8f | (padding > 0 ? 0x20 : 0);
  packet[1] = 205;
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.writeUInt32BE(fields.senderSsrc, 4);
  packet.writeUInt32BE(fields.mediaSsrc, 8);
  packet.writeUInt16BE(fields.baseSequence & 0xffff, 12);
  packet.writeUInt16BE(symbols.length, 14);
  packet.writeUIntBE(reference & 0xffffff, 16, 3);
  packet[19] = fields.feedbackCount & 0xff;
  const at = writeChunks(packet, symbols);
  writeDeltas(packet, at, deltas);
  if (padding > 0) packet[packet.length - 1] = padding;
  return packet;
}

function deltasOf(arrivals: readonly (number | undefined)[], start: number): { symbols: number[]; deltas: number[] } {
  let time = start;
  const symbols: number[] = [];
  const deltas: number[] = [];
  for (const arrival of arrivals) {
    if (arrival === undefined) {
      symbols.push(STATUS.MISSING);
      continue;
    }
    const delta = Math.max(-MAX_DELTA - 1, Math.min(MAX_DELTA, Math.round((arrival - time) / TICK_US)));
    time += delta * TICK_US;
    symbols.push(isSmall(delta) ? STATUS.SMALL : STATUS.LARGE);
    deltas.push(delta);
  }
  return { symbols, deltas };
}

function isSmall(delta: number): boolean {
  return delta >= 0 && delta <= 0xff;
}

/** Always two-bit status vectors: simple, and 7 packets in 2 bytes are small enough. */
function writeChunks(packet: Buffer, symbols: readonly number[]): number {
  let at = HEADER;
  for (let i = 0; i < symbols.length; i += 7) {
    let chunk = 0xc000;
    for (let j = 0; j < 7; j++) chunk |= (symbols[i + j] ?? STATUS.MISSING) << (12 - 2 * j);
    packet.writeUInt16BE(chunk, at);
    at += 2;
  }
  return at;
}

function writeDeltas(packet: Buffer, start: number, deltas: readonly number[]): void {
  let at = start;
  for (const delta of deltas) {
    if (isSmall(delta)) packet[at++] = delta;
    else at = packet.writeInt16BE(delta, at);
  }
}
