import { TurnpikeError } from "#base";
import type { ClientOrigin, JoinAnswer } from "#bridge-link";
import { callBridgeErrors } from "./errors.ts";

/** An error as a guest is told it. */
export function refusal(error: TurnpikeError, { traceId }: ClientOrigin): Extract<JoinAnswer, { result: "refused" }> {
  const retryAfter = error instanceof LimitError ? { retryAfter: error.seconds } : {};
  return { result: "refused", error: { code: error.code, message: error.guest ?? "", traceId, ...retryAfter } };
}

/** Too many tries: `seconds` until another one may be made. */
export class LimitError extends TurnpikeError {
  readonly seconds: number;
  constructor(by: string, seconds: number) {
    super("JOIN_RATE_LIMITED", callBridgeErrors.JOIN_RATE_LIMITED, { by, seconds });
    this.seconds = seconds;
  }
}
