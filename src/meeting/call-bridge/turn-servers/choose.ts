import type { Host } from "./host.ts";
import { sameWay, type Way } from "./turn-server.ts";

/** Good tries, half a minute apart, after which a way is trusted again. */
const TRUSTED_AFTER = 3;

/**
 * The way that the media workers' relays go. It changes only for a reason: `inUse` says that they have relays there, which
 * are worth more than a try that failed. The transport that the administrator chose comes before others that answer.
 */
export function chooseHost(
  hosts: readonly Host[],
  own: Way,
  current: Host | undefined,
  inUse: boolean,
): Host | undefined {
  const chosen = hosts.filter(({ way }) => sameWay(way, own));
  if (current && hosts.includes(current) && (inUse || current.reachable)) {
    if (chosen.includes(current)) return current;
    return nearest(chosen.filter(({ goodTries }) => goodTries >= TRUSTED_AFTER)) ?? current;
  }
  const known = current && hosts.includes(current) ? current : undefined;
  return nearest(chosen) ?? untried(chosen) ?? nearest(hosts) ?? known ?? chosen[0];
}

function nearest(hosts: readonly Host[]): Host | undefined {
  return hosts.filter(({ reachable }) => reachable).sort((a, b) => a.rttMs - b.rttMs)[0];
}

function untried(hosts: readonly Host[]): Host | undefined {
  return hosts.find(({ result }) => result === undefined);
}
