import type { Description } from "../describe.ts";

/** One record on its way to one receiver. */
export interface Item {
  /** Counts from 1 in its queue; a number that is left out was dropped. */
  readonly index: number;
  /** The same for every receiver of this record. */
  readonly correlatorIndex: number;
  /** UUID, the same for every receiver and every try. */
  readonly id: string;
  readonly description: Description;
}

/** A queue at one moment: what its file says. */
export interface QueueState {
  /** UUID of the queue. */
  readonly session: string;
  /** The highest index that was given out. */
  readonly last: number;
  /** The highest index that was delivered. */
  readonly done: number;
  readonly lastCorrelator: number;
  /** By rising index, all above `done`. */
  readonly items: readonly Item[];
}
