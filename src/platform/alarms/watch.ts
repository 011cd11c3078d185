import type { Scope } from "#base";
import type { Alarms, RaisedAlarm } from "./contract.ts";

/** Between two looks, ms. */
const LOOK_EVERY = 1000;

/**
 * Keeps alarms in step with what is: each look says which there should be; those are raised, and those that it raised
 * before and no longer finds are cleared. What a look throws leaves all as it is.
 */
export function watchAlarms(
  scope: Scope,
  alarms: Alarms,
  look: () => Iterable<RaisedAlarm> | Promise<Iterable<RaisedAlarm>>,
  everyMs = LOOK_EVERY,
): { readonly now: () => Promise<void> } {
  let raised = new Map<string, RaisedAlarm>();
  let looking: Promise<void> | undefined;
  const run = async () => {
    const found = new Map([...(await look())].map((alarm) => [keyOf(alarm), alarm]));
    if (scope.closed) return;
    for (const alarm of found.values()) alarms.raise(alarm);
    for (const [key, { type, subject }] of raised) if (!found.has(key)) alarms.clear(type, subject);
    raised = found;
  };
  const now = () => {
    looking ??= run()
      .catch(() => {})
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };
  scope.every(everyMs, () => void now());
  return { now };
}

function keyOf({ type, subject }: RaisedAlarm): string {
  return JSON.stringify([type, subject?.noun, subject?.id]);
}
