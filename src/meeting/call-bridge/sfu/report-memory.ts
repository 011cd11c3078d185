import type { ReportBlock } from "#rtp";

/** Sender reports whose echo may still come. */
const SENT = 8;
/** After so long without a report, what the last one said is no news. */
const STALE_US = 12_000_000;
/** A client that says more is wrong. */
const MAX_ROUND_TRIP_US = 60_000_000;

/** What a receiver says of one stream that it is sent, and how long its answers take (RFC 3550 6.4.1). */
export class ReportMemory {
  #sent: { readonly middle: number; readonly atUs: number }[] = [];
  #latest: { readonly block: ReportBlock; readonly atUs: number } | undefined;

  /** A sender report with this NTP time goes out. It is its maker's clock, so only its echo means something. */
  sending(ntp: { readonly ntpSeconds: number; readonly ntpFraction: number }, nowUs: number): void {
    const middle = ((ntp.ntpSeconds << 16) | (ntp.ntpFraction >>> 16)) >>> 0;
    this.#sent = [...this.#sent.slice(1 - SENT), { middle, atUs: nowUs }];
  }

  /** Returns the round trip in microseconds, if the block tells it. */
  received(block: ReportBlock, nowUs: number): number | undefined {
    this.#latest = { block, atUs: nowUs };
    const echoed = block.lastSenderReport && this.#sent.findLast(({ middle }) => middle === block.lastSenderReport);
    if (!echoed) return undefined;
    const tookUs = nowUs - echoed.atUs - (block.delaySinceLastSenderReport * 1e6) / 65536;
    return tookUs <= MAX_ROUND_TRIP_US ? Math.max(0, tookUs) : undefined;
  }

  /** The newest block, unless it is old. */
  block(nowUs: number): ReportBlock | undefined {
    return this.#latest && nowUs - this.#latest.atUs < STALE_US ? this.#latest.block : undefined;
  }
}
