import type { TurnpikeError } from "#base";

/** An order that came to nothing: what to tell, and how long the server wants to be left alone. */
export class AcmeFailure extends Error {
  readonly error: TurnpikeError;
  readonly askedMs: number;
  constructor(error: TurnpikeError, askedMs = 0) {
    super(error.message);
    this.error = error;
    this.askedMs = askedMs;
  }
}
