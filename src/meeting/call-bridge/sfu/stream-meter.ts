/** Samples kept, one a second: rates are those of the last three to four seconds. */
const SAMPLES = 4;

interface Sample {
  readonly atUs: number;
  readonly bytes: number;
  readonly frames: number;
  readonly expected: number;
  readonly lost: number;
}

/** Packets that should have come, and those that did not, since the start. */
export interface Losses {
  readonly expected: number;
  readonly lost: number;
}

export interface Rates extends Losses {
  readonly bitRate: number;
  readonly frameRate: number;
}

const NO_LOSSES: Losses = { expected: 0, lost: 0 };

/** Counts a stream's packets, and says its rates when asked: all that a packet costs is two additions. */
export class StreamMeter {
  #bytes = 0;
  #frames = 0;
  readonly #samples: Sample[] = [];

  constructor(nowUs: number) {
    this.#samples.push({ atUs: nowUs, bytes: 0, frames: 0, ...NO_LOSSES });
  }

  /** The marker bit ends a frame of video (RFC 7741 4.1, RFC 6184 5.1). */
  add(bytes: number, marker: boolean): void {
    this.#bytes += bytes;
    if (marker) this.#frames++;
  }

  /** To be called once a second. */
  sample(nowUs: number, losses = NO_LOSSES): void {
    this.#samples.push(this.#now(nowUs, losses));
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  rates(nowUs: number, losses = NO_LOSSES): Rates {
    const before = this.#samples[0]!;
    const now = this.#now(nowUs, losses);
    const seconds = (now.atUs - before.atUs) / 1e6;
    const perSecond = (count: number) => (seconds > 0 ? count / seconds : 0);
    return {
      bitRate: perSecond((now.bytes - before.bytes) * 8),
      frameRate: perSecond(now.frames - before.frames),
      expected: now.expected - before.expected,
      // What came late or again may make good what an earlier sample had lost.
      lost: Math.max(0, now.lost - before.lost),
    };
  }

  #now(atUs: number, { expected, lost }: Losses): Sample {
    return { atUs, bytes: this.#bytes, frames: this.#frames, expected, lost };
  }
}

export function percentage(part: number, whole: number): number {
  return whole > 0 ? (100 * part) / whole : 0;
}
