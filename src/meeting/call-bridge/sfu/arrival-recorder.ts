import { buildTransportFeedback, Unwrapper16 } from "#rtp";
import { FEEDBACK_SSRC } from "./types.ts";

/** What was reported stays known so long, for packets that come late (a feedback names every packet of its run). */
const HISTORY_US = 500_000;
const MAX_KNOWN = 4096;
/** A feedback of 256 packets is 600 bytes at most. */
const MAX_RUN = 256;
/** A jump over this in the numbers is a new start and no loss. */
const MAX_JUMP = 2048;
/** Packets that waited in the socket during a stall are read within so long after it. */
const BURST_US = 10_000;

/** Records when a leg's packets came, for transport-wide congestion control feedback to it. */
export class ArrivalRecorder {
  readonly #unwrapper = new Unwrapper16();
  readonly #arrivals = new Map<number, number>();
  #new: number[] = [];
  #next: number | undefined;
  #count = 0;
  #stall: { readonly fromUs: number; readonly toUs: number } | undefined;

  received(transportSeq: number, arrivalUs: number): void {
    const seq = this.#unwrapper.unwrap(transportSeq);
    if (this.#arrivals.has(seq) || this.#arrivals.size >= MAX_KNOWN) return;
    this.#arrivals.set(seq, arrivalUs);
    this.#new.push(seq);
  }

  /**
   * The event loop stood still from `fromUs` to `toUs`: what arrived meanwhile is read all at once after it, which would
   * look to the sender like a queue on its way.
   */
  stalled(fromUs: number, toUs: number): void {
    this.#stall = { fromUs, toUs };
  }

  /** Feedback packets for what arrived since the last call. */
  flush(mediaSsrc: number, nowUs: number): Buffer[] {
    if (this.#new.length === 0) return [];
    this.#spreadStall(nowUs);
    const fresh = this.#new.sort((a, b) => a - b);
    this.#new = [];
    const last = fresh.at(-1)!;
    const packets: Buffer[] = [];
    for (let from = this.#start(fresh[0]!, last); from <= last; from += MAX_RUN) {
      const arrivals: (number | undefined)[] = [];
      for (let seq = from; seq <= Math.min(last, from + MAX_RUN - 1); seq++) arrivals.push(this.#arrivals.get(seq));
      const run = { senderSsrc: FEEDBACK_SSRC, mediaSsrc, feedbackCount: this.#count++, baseSequence: from, arrivals };
      if (arrivals.some((arrival) => arrival !== undefined)) packets.push(buildTransportFeedback(run));
    }
    this.#next = Math.max(this.#next ?? 0, last + 1);
    for (const [seq, arrivalUs] of this.#arrivals) if (arrivalUs < nowUs - HISTORY_US) this.#arrivals.delete(seq);
    return packets;
  }

  #start(first: number, last: number): number {
    const next = this.#next ?? first;
    const from = last - next > MAX_JUMP ? first : Math.min(first, next);
    return Math.max(from, last - MAX_JUMP);
  }

  /** Spreads the arrivals right after a stall evenly over it. */
  #spreadStall(nowUs: number): void {
    const stall = this.#stall;
    if (!stall) return;
    const burst = this.#new.filter((seq) => this.#inBurst(this.#arrivals.get(seq)!, stall));
    const span = stall.toUs - stall.fromUs;
    burst.forEach((seq, i) => {
      this.#arrivals.set(seq, stall.fromUs + (span * (i + 1)) / burst.length);
    });
    if (nowUs > stall.toUs + BURST_US) this.#stall = undefined;
  }

  #inBurst(arrivalUs: number, stall: { readonly toUs: number }): boolean {
    return arrivalUs >= stall.toUs - 1000 && arrivalUs <= stall.toUs + BURST_US;
  }
}
