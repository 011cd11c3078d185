import type { CallLegView } from "#call-bridge";
import type { RecentTrouble } from "#operations";
import type { LegWays, Overview } from "./answers.ts";
import type { AdminRouteDeps } from "./deps.ts";

/** Status > General. The counts of the storage are left at 0 if it cannot be read: the alarm says so, and the rest holds. */
export async function overview(deps: AdminRouteDeps, trouble: RecentTrouble): Promise<Overview> {
  const { calls, turnServers, alarms, clock, name, version, startedAt, joinHost } = deps;
  const all = calls.calls();
  const [recent, spaces, users] = await Promise.all([trouble.read(), countOf(deps, "coSpace"), countOf(deps, "user")]);
  return {
    ...{ name, version, startedAt, joinHost, spaces, users },
    now: clock.now(),
    totals: calls.totals(),
    calls: all.length,
    waiting: all.reduce((sum, { numWaiting }) => sum + numWaiting, 0),
    ways: waysOf(calls.callLegs()),
    alarms: alarms.current(),
    recent,
    links: deps.links(),
    turnServers: turnServers.all(),
    noMedia: turnServers.failure(),
  };
}

async function countOf({ storage }: AdminRouteDeps, noun: string): Promise<number> {
  return storage.list(noun, { limit: 0 }).then(
    ({ total }) => total,
    () => 0,
  );
}

/** Those in the lobby have no media and are not counted. */
export function waysOf(legs: readonly CallLegView[]): LegWays {
  const relays = new Map<string, number>();
  let direct = 0;
  let none = 0;
  for (const { path, state } of legs) {
    if (state === "lobby") continue;
    if (!path) none++;
    else if (path.link === "host") direct++;
    else relays.set(path.edge ?? "", (relays.get(path.edge ?? "") ?? 0) + 1);
  }
  return { direct, relays: [...relays].map(([edge, count]) => ({ edge, legs: count })), none };
}
