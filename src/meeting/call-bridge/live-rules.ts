import { type Log, type Scope, textOf } from "#base";
import { callRulesFor, rulesFor } from "#spaces";
import type { Change, Storage } from "#storage";
import type { Call } from "./call.ts";
import type { Calls } from "./calls.ts";
import { afterRules, spaceOf } from "./control.ts";

/** Objects on which the rules of calls and their legs depend. */
const NOUNS = new Set([
  "coSpace",
  "accessMethod",
  "coSpaceUser",
  "callLegProfile",
  "callProfile",
  "tenant",
  "profiles",
]);
/** Other processes may write to the storage, and tell nobody, ms. */
const LOOK_EVERY_MS = 30_000;

/** Keeps the calls as the storage says, from the moment that it says so. */
export function followStorage(scope: Scope, storage: Storage, calls: Calls, log: Log): void {
  let running = false;
  let again = false;
  const refresh = async () => {
    again = true;
    if (running) return;
    running = true;
    while (again && !scope.closed) {
      again = false;
      await Promise.all(calls.all.map((call) => refreshCall(storage, calls, call))).catch((error) =>
        log.error("rules of calls could not be read anew", { why: textOf(error) }),
      );
    }
    running = false;
  };
  scope.defer(
    storage.onChange((changes) => {
      for (const change of changes) endOfSpace(calls, change);
      if (changes.some(({ noun }) => NOUNS.has(noun))) void refresh();
    }),
  );
  scope.every(LOOK_EVERY_MS, () => void refresh());
}

function endOfSpace(calls: Calls, { noun, id, what }: Change): void {
  const call = noun === "coSpace" && what === "removed" ? calls.ofSpace(id) : undefined;
  if (call) calls.end(call);
}

/** A changed call id or passcode throws nobody out: who is in stays in, under the rules that now are. */
async function refreshCall(storage: Storage, calls: Calls, call: Call): Promise<void> {
  const stored = await storage.get("coSpace", call.space.id);
  if (!stored) return calls.end(call);
  const space = spaceOf(stored);
  const callRules = await callRulesFor(storage, { space });
  if (call.over) return;
  const callChanged = JSON.stringify([callRules, space]) !== JSON.stringify([call.rules, call.space]);
  call.space = space;
  call.rules = callRules;
  for (const one of call.attendees.all) {
    const before = JSON.stringify(one.rules);
    const { rules, trace } = await rulesFor(storage, one.admission);
    one.inherit(rules, trace);
    if (callChanged || JSON.stringify(one.rules) !== before) afterRules(call, one);
  }
  call.refreshRooms();
}
