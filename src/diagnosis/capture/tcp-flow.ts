import type { Direction } from "./contract.ts";
import { type Segment, TCP_FLAG } from "./ip-packet.ts";

/** Takes one segment; `in` is from the remote end. */
export type OnSegment = (direction: Direction, segment: Segment, payload: Uint8Array) => void;

/** Larger than the largest TLS record, so that most of them stay whole; far below what IPv4 can carry. */
const MAX_PAYLOAD = 32 * 1024;
/** Without an answer that says so anyway, the other side acknowledges what it got, in bytes. */
const ACKNOWLEDGE_EVERY = 64 * 1024;
/** RFC 7323 2.2: windows count in units of 2^14, so that no analyser takes one for full. */
const WINDOW_SCALE = Uint8Array.of(1, 3, 3, 14);
/** RFC 9293 3.7.1. */
const MAXIMUM_SEGMENT_SIZE = Uint8Array.of(2, 4, MAX_PAYLOAD >> 8, MAX_PAYLOAD & 0xff);
const SYN_OPTIONS = Uint8Array.of(...MAXIMUM_SEGMENT_SIZE, ...WINDOW_SCALE);

const NOTHING = new Uint8Array();
const OTHER: Readonly<Record<Direction, Direction>> = { in: "out", out: "in" };

interface Side {
  /** The number of its next byte. */
  next: number;
  /** What it has told the other side of having received. */
  acknowledged: number;
  ended: boolean;
}

/**
 * Makes of what a socket carried the segments that would have carried it: handshake, bytes in order, end. Losses,
 * retransmissions and the true sizes are the kernel's and stay unknown.
 */
export class TcpFlow {
  readonly #emit: OnSegment;
  readonly #sides: Readonly<Record<Direction, Side>> = {
    in: { next: 0, acknowledged: 0, ended: false },
    out: { next: 0, acknowledged: 0, ended: false },
  };
  #closed = false;

  /** `opener` is the side that dialled. */
  constructor(opener: Direction, emit: OnSegment) {
    this.#emit = emit;
    const answerer = OTHER[opener];
    this.#send(opener, TCP_FLAG.syn, NOTHING, SYN_OPTIONS);
    this.#sides[opener].next = 1;
    this.#send(answerer, TCP_FLAG.syn | TCP_FLAG.ack, NOTHING, SYN_OPTIONS);
    this.#sides[answerer].next = 1;
    this.#send(opener, TCP_FLAG.ack, NOTHING);
  }

  data(direction: Direction, bytes: Uint8Array): void {
    const side = this.#sides[direction];
    if (this.#closed || side.ended) return;
    for (let at = 0; at < bytes.length; at += MAX_PAYLOAD) {
      const part = bytes.subarray(at, at + MAX_PAYLOAD);
      this.#send(direction, TCP_FLAG.ack | TCP_FLAG.psh, part);
      side.next = wrapped(side.next + part.length);
      if (wrapped(side.next - this.#sides[OTHER[direction]].acknowledged) >= ACKNOWLEDGE_EVERY)
        this.#send(OTHER[direction], TCP_FLAG.ack, NOTHING);
    }
  }

  end(direction: Direction): void {
    const side = this.#sides[direction];
    if (this.#closed || side.ended) return;
    this.#send(direction, TCP_FLAG.fin | TCP_FLAG.ack, NOTHING);
    side.ended = true;
    side.next = wrapped(side.next + 1);
    this.#send(OTHER[direction], TCP_FLAG.ack, NOTHING);
  }

  /** What the remote end does after we have closed, the kernel answers without telling. */
  closed(how: "closed" | "reset"): void {
    if (this.#closed) return;
    if (how === "reset") this.#send("in", TCP_FLAG.rst | TCP_FLAG.ack, NOTHING);
    else this.end("out");
    this.#closed = true;
  }

  #send(direction: Direction, flags: number, payload: Uint8Array, options = NOTHING): void {
    const [from, to] = [this.#sides[direction], this.#sides[OTHER[direction]]];
    const acknowledges = (flags & TCP_FLAG.ack) !== 0;
    if (acknowledges) from.acknowledged = to.next;
    const acknowledged = acknowledges ? to.next : 0;
    this.#emit(direction, { flags, sequence: from.next, acknowledged, options }, payload);
  }
}

/** Numbers count modulo 2^32 (RFC 9293 3.4). */
function wrapped(number: number): number {
  return number >>> 0;
}
