/** After so many requests, or so long, a packet is given up: its receivers will ask for a key frame if they need one. */
const MAX_REQUESTS = 8;
const MAX_AGE_US = 1_000_000;
/** A gap over this is no loss to mend but a new start. */
const MAX_GAP = 256;
const MAX_MISSING = 512;
const START_RTT_US = 100_000;
const MIN_RETRY_US = 20_000;
const MAX_RETRY_US = 400_000;

interface Missing {
  readonly sinceUs: number;
  requests: number;
  lastRequestUs: number;
}

/** Finds the gaps of one incoming stream and says when to ask for what is missing, with the round trip as interval. */
export class NackGenerator {
  readonly #missing = new Map<number, Missing>();
  #highest: number | undefined;
  #rttUs = START_RTT_US;

  get missing(): number {
    return this.#missing.size;
  }

  /** `seq` is unwrapped. Returns true if the packet had been asked for. */
  received(seq: number, nowUs: number): boolean {
    const highest = this.#highest;
    if (highest === undefined || seq > highest) {
      this.#highest = seq;
      if (highest !== undefined) this.#note(highest + 1, seq, nowUs);
      return false;
    }
    const missing = this.#missing.get(seq);
    this.#missing.delete(seq);
    if (!missing || missing.requests === 0) return false;
    // Only the first request tells which request was answered (Karn's rule).
    if (missing.requests === 1) this.#rttUs += (nowUs - missing.lastRequestUs - this.#rttUs) / 4;
    return true;
  }

  /** Unwrapped sequence numbers to ask for now, ascending; at most 100 at a time. */
  due(nowUs: number): number[] {
    const retryUs = Math.max(MIN_RETRY_US, Math.min(MAX_RETRY_US, this.#rttUs * 1.25));
    const due: number[] = [];
    for (const [seq, missing] of this.#missing) {
      if (missing.requests >= MAX_REQUESTS || nowUs - missing.sinceUs > MAX_AGE_US) this.#missing.delete(seq);
      else if (due.length < 100 && nowUs - missing.lastRequestUs >= retryUs) {
        missing.requests++;
        missing.lastRequestUs = nowUs;
        due.push(seq);
      }
    }
    return due;
  }

  /** Forgets what is missing: nobody waits for it. */
  clear(): void {
    this.#missing.clear();
  }

  #note(from: number, to: number, nowUs: number): void {
    if (to - from > MAX_GAP || this.#missing.size + to - from > MAX_MISSING) this.clear();
    else
      for (let seq = from; seq < to; seq++)
        this.#missing.set(seq, { sinceUs: nowUs, requests: 0, lastRequestUs: Number.NEGATIVE_INFINITY });
  }
}
