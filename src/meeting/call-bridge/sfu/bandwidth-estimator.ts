/** Nothing is known about a line until it is used: begin high, and let the first seconds correct it. */
const START = 10_000_000;
const MIN = 50_000;
const MAX = 50_000_000;
const DECISION_US = 200_000;
const WINDOW_US = 1_000_000;
/** The shortest way of the last 10 to 20 s is taken as the line without its queue. */
const BASE_US = 10_000_000;
const QUEUE_LONG_US = 80_000;
const QUEUE_SHORT_US = 40_000;
const LOSS_HIGH = 0.1;
const LOSS_LOW = 0.03;
const HOLD_US = 1_000_000;
const CONFIRM_US = 2_000_000;
const GROWTH_PER_S = 0.08;
const BACKOFF = 0.85;

export interface SentPacket {
  readonly bytes: number;
  readonly sentUs: number;
  /** On the receiver's clock; undefined if it reported the packet as missing. */
  readonly arrivalUs: number | undefined;
}

/**
 * Estimates a receiver's line from its transport-wide feedback. A deliberately plain controller: when a queue of 80 ms
 * stands on the way in two decisions in a row, or a tenth is lost, it backs off by half, and if that did not help to 85 %
 * of what arrived. Then it waits a second and grows by 8 % a second, whether or not the line is filled: the next higher
 * layer is the probe. It reacts within a second and shares less fairly than GCC or BBR.
 */
export class BandwidthEstimator {
  #estimate = START;
  #bases: [before: number, now: number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  #baseSinceUs = 0;
  readonly #arrived: { readonly atUs: number; readonly bytes: number }[] = [];
  #received = 0;
  #lost = 0;
  #queueUs = Number.POSITIVE_INFINITY;
  #overuses = 0;
  #decidedUs = 0;
  #decreasedUs = Number.NEGATIVE_INFINITY;

  /** Bits per second. */
  get estimate(): number {
    return this.#estimate;
  }

  /** The packets of one feedback. */
  feedback(packets: readonly SentPacket[], nowUs: number): void {
    for (const { bytes, sentUs, arrivalUs } of packets) {
      if (arrivalUs === undefined) {
        this.#lost++;
        continue;
      }
      this.#received++;
      this.#arrived.push({ atUs: nowUs, bytes });
      this.#noteDelay(arrivalUs - sentUs, nowUs);
    }
    while (this.#arrived.length > 0 && this.#arrived[0]!.atUs < nowUs - WINDOW_US) this.#arrived.shift();
    if (nowUs - this.#decidedUs >= DECISION_US) this.#decide(nowUs);
  }

  /** The way's length on two unrelated clocks: only its changes mean something. The least of a decision ignores jitter. */
  #noteDelay(delayUs: number, nowUs: number): void {
    if (nowUs - this.#baseSinceUs > BASE_US) {
      this.#bases = [this.#bases[1], delayUs];
      this.#baseSinceUs = nowUs;
    }
    this.#bases[1] = Math.min(this.#bases[1], delayUs);
    this.#queueUs = Math.min(this.#queueUs, delayUs - Math.min(...this.#bases));
  }

  #decide(nowUs: number): void {
    const elapsedS = Math.min(1, (nowUs - this.#decidedUs) / 1e6);
    const total = this.#received + this.#lost;
    const loss = total >= 10 ? this.#lost / total : 0;
    this.#overuses = Number.isFinite(this.#queueUs) && this.#queueUs > QUEUE_LONG_US ? this.#overuses + 1 : 0;
    if (this.#overuses >= 2 || loss > LOSS_HIGH) this.#backOff(nowUs);
    else if (this.#queueUs < QUEUE_SHORT_US && loss < LOSS_LOW && nowUs - this.#decreasedUs > HOLD_US)
      this.#estimate = Math.min(MAX, this.#estimate * (1 + GROWTH_PER_S * elapsedS));
    this.#decidedUs = nowUs;
    this.#queueUs = Number.POSITIVE_INFINITY;
    // Losses fade within about a second.
    this.#received *= 0.75;
    this.#lost *= 0.75;
  }

  /**
   * A first sign halves the estimate at most: a stalled process on the way looks like a queue too. If it shows again, what
   * arrived is believed.
   */
  #backOff(nowUs: number): void {
    if (nowUs - this.#decreasedUs < HOLD_US / 2) return;
    const again = nowUs - this.#decreasedUs < CONFIRM_US;
    const bytes = this.#arrived.reduce((sum, packet) => sum + packet.bytes, 0);
    const spanUs = Math.max(DECISION_US, nowUs - (this.#arrived[0]?.atUs ?? nowUs));
    const arrived = (BACKOFF * bytes * 8e6) / spanUs;
    const floor = Math.max(MIN, again ? arrived : Math.max(arrived, this.#estimate / 2));
    this.#estimate = Math.min(this.#estimate, floor);
    this.#decreasedUs = nowUs;
    this.#overuses = 0;
  }
}
