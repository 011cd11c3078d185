/** Incoming numbers `firstIn` to `lastIn` of one stream go out as themselves plus `delta`. All numbers are unwrapped. */
interface Range<Stream> {
  readonly stream: Stream;
  firstIn: number;
  lastIn: number;
  delta: number;
}

/** What a cache of 1024 packets can still answer lies within the last few ranges, unless most packets are padding. */
const MAX_RANGES = 64;

/**
 * Gives outgoing sequence numbers to the packets of changing streams, without a gap at a switch or where a packet is
 * left out, and finds the packet behind an outgoing number again. A real loss stays a gap, so that the receiver sees it.
 */
export class SequenceMap<Stream> {
  readonly #ranges: Range<Stream>[] = [];
  #next: number;

  constructor(first: number) {
    this.#next = first;
  }

  /** The number that the next packet in order gets. */
  get next(): number {
    return this.#next;
  }

  /** From now on `stream` goes out, beginning with its packet `seq`. */
  begin(stream: Stream, seq: number): void {
    this.#push({ stream, firstIn: seq, lastIn: seq - 1, delta: this.#next - seq });
  }

  /** The outgoing number of a packet, or undefined if it belongs to no range: too old, or of a stream that is not out. */
  place(stream: Stream, seq: number): number | undefined {
    const last = this.#ranges.at(-1);
    if (last?.stream === stream && seq > last.lastIn) {
      last.lastIn = seq;
      this.#next = seq + last.delta + 1;
      return seq + last.delta;
    }
    const range = this.#ranges.findLast((r) => r.stream === stream && r.firstIn <= seq && seq <= r.lastIn);
    return range && seq + range.delta;
  }

  /** Leaves out a packet that came in order: the next one gets its number. False if it came late, when its number is taken. */
  skip(stream: Stream, seq: number): boolean {
    const last = this.#ranges.at(-1);
    if (last?.stream !== stream || seq <= last.lastIn) return false;
    if (last.lastIn < last.firstIn && seq === last.firstIn) {
      last.firstIn++;
      last.lastIn++;
      last.delta--;
      return true;
    }
    last.lastIn = seq - 1;
    this.#next = seq + last.delta;
    this.#push({ stream, firstIn: seq + 1, lastIn: seq, delta: last.delta - 1 });
    return true;
  }

  /** The packet that went out, or was to go out, under this number. */
  source(out: number): { readonly stream: Stream; readonly seq: number } | undefined {
    const range = this.#ranges.findLast((r) => r.firstIn + r.delta <= out && out <= r.lastIn + r.delta);
    return range && { stream: range.stream, seq: out - range.delta };
  }

  #push(range: Range<Stream>): void {
    this.#ranges.push(range);
    if (this.#ranges.length > MAX_RANGES) this.#ranges.shift();
  }
}
