import assert from "node:assert/strict";
import { TurnpikeError } from "#base";

/** Waits for the rejection with this code and returns it. */
export async function refuses(promise: Promise<unknown>, code: string): Promise<TurnpikeError> {
  const [settled] = await Promise.allSettled([promise]);
  assert.equal(settled!.status, "rejected", `resolved instead of ${code}`);
  const error = (settled as PromiseRejectedResult).reason;
  assert.ok(error instanceof TurnpikeError, `${error}`);
  assert.equal(error.code, code, error.message);
  return error;
}
