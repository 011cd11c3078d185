import type { ReportBlock, SenderReport } from "#rtp";

/** Loss and jitter of one incoming SSRC, as receiver reports want them (RFC 3550 6.4.1, A.3, A.8). */
export class ReceiveStatistics {
  readonly #clockRate: number;
  #first: number | undefined;
  #highest = 0;
  #received = 0;
  #jitter = 0;
  #transit: number | undefined;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #lastReport: { readonly middle: number; readonly atUs: number } | undefined;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** Packets that should have come. */
  get expected(): number {
    return this.#first === undefined ? 0 : this.#highest - this.#first + 1;
  }

  /** Those of them that have not. */
  get lost(): number {
    return this.expected - this.#received;
  }

  get jitterMs(): number {
    return (1000 * this.#jitter) / this.#clockRate;
  }

  /** A packet that came as sent, not as a retransmission. `seq` is unwrapped. */
  received(seq: number, timestamp: number, arrivalUs: number): void {
    this.#first ??= seq;
    this.#highest = Math.max(this.#highest, seq);
    this.#received++;
    const transit = (Math.round((arrivalUs * this.#clockRate) / 1e6) - timestamp) | 0;
    if (this.#transit !== undefined) this.#jitter += (Math.abs((transit - this.#transit) | 0) - this.#jitter) / 16;
    this.#transit = transit;
  }

  /** A loss that a retransmission made good is no loss any more. */
  recovered(): void {
    this.#received++;
  }

  senderReport(report: SenderReport, nowUs: number): void {
    const middle = ((report.ntpSeconds << 16) | (report.ntpFraction >>> 16)) >>> 0;
    this.#lastReport = { middle, atUs: nowUs };
  }

  /** The next report block, or undefined before the first packet. */
  report(ssrc: number, nowUs: number): ReportBlock | undefined {
    if (this.#first === undefined) return undefined;
    const { expected } = this;
    const newExpected = expected - this.#expectedBefore;
    const newLost = newExpected - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    const since = this.#lastReport ? Math.round((nowUs - this.#lastReport.atUs) * 0.065536) : 0;
    return {
      ssrc,
      fractionLost: newExpected > 0 && newLost > 0 ? Math.min(255, Math.floor((newLost * 256) / newExpected)) : 0,
      cumulativeLost: expected - this.#received,
      highestSequence: (this.#highest - 0x10000) >>> 0,
      jitter: Math.round(this.#jitter),
      lastSenderReport: this.#lastReport?.middle ?? 0,
      delaySinceLastSenderReport: since,
    };
  }
}
