import { TurnpikeError } from "#base";
import type { CallLegView, CallView, ParticipantView } from "#call-bridge";
import { missing } from "../http/failure.ts";
import type { Call } from "../http/route.ts";

export function callOf(call: Call, id = call.ids[0]!): CallView {
  return found(call.options.calls.calls(), id, "callDoesNotExist");
}

export function participantOf(call: Call, id = call.ids.at(-1)!): ParticipantView {
  return found(call.options.calls.participants(), id, "participantDoesNotExist");
}

export function legOf(call: Call, id = call.ids.at(-1)!): CallLegView {
  return found(call.options.calls.callLegs(), id, "callLegDoesNotExist");
}

/** What has ended between the look and the deed is answered as if it had ended before. */
export async function steer<T>(code: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof TurnpikeError && error.code === "CALL_NO_SUCH_OBJECT") throw missing(code);
    throw error;
  }
}

function found<T extends { readonly id: string }>(all: readonly T[], id: string, code: string): T {
  const one = all.find((view) => view.id === id);
  if (!one) throw missing(code);
  return one;
}
