import type { TransportAddress } from "#base";
import { noTraffic, type RelayCounters } from "#packet-plane";
import { type Allocation, dropChannel, dropPermission, type Relay, relayKeys } from "./allocation.ts";
import type { TurnCore } from "./core.ts";
import { closeRelay } from "./open-relays.ts";
import { relayFor } from "./state.ts";
import { addTraffic } from "./traffic.ts";

const BY_THE_CLIENT: ReadonlySet<string> = new Set(["closed by the client", "connection closed"]);

/** Of all its relays, past ones included. */
export function trafficOf({ plane }: Pick<TurnCore, "plane">, allocation: Allocation): RelayCounters {
  const sum = addTraffic(noTraffic(), allocation.past);
  if (allocation.tcp) addTraffic(sum, allocation.tcp.counters);
  for (const { id } of allocation.relays) addTraffic(sum, plane.counters(id));
  return sum;
}

/** Ends an allocation with all that belongs to it, and tells of it in one line. */
export function endAllocation(core: TurnCore, allocation: Allocation, why: string): void {
  const { state, relays } = allocation;
  const traffic = trafficOf(core, allocation);
  core.mobility.ended(core, allocation);
  core.allocations.remove(allocation);
  if (state !== "open") return;
  addTraffic(core.past, traffic);
  for (const relay of relays) closeRelay(core, allocation, relay);
  unbindNeighbours(core, allocation, relays);
  for (const neighbour of allocation.neighbours ?? []) neighbour.neighbours?.delete(allocation);
  // What a client can do as often as it likes has no line each time, but is counted.
  if (!BY_THE_CLIENT.has(why) || core.mayLog(allocation.client)) logEnd(core, allocation, why, traffic);
  else core.unloggedEnds++;
}

/** One of the two relays of a dual allocation; what was permitted through it goes with it. */
export function endRelay(core: TurnCore, allocation: Allocation, relay: Relay): void {
  allocation.past = addTraffic(allocation.past ?? noTraffic(), core.plane.counters(relay.id));
  core.allocations.forgetRelay(allocation, relay);
  closeRelay(core, allocation, relay);
  unbindNeighbours(core, allocation, [relay]);
  const { permissions, channels } = allocation;
  for (const address of permissions.keys())
    if (!relayFor(allocation, { address, port: 0 })) dropPermission(allocation, address);
  for (const [number, { peer }] of channels) if (!relayFor(allocation, peer)) dropChannel(allocation, number);
}

/** Ends what has had its time. */
export function sweepAllocations(core: TurnCore, now: number): void {
  if (core.unloggedEnds > 0) core.log.info("TURN allocations ended without a line each", { count: core.unloggedEnds });
  core.unloggedEnds = 0;
  for (const allocation of core.allocations) {
    if (allocation.state !== "open") continue;
    const { relays } = allocation;
    if (relays.every(({ expiresAt }) => expiresAt <= now)) endAllocation(core, allocation, "expired");
    else {
      for (const relay of relays) if (relay.expiresAt <= now) endRelay(core, allocation, relay);
      sweepRules(core, allocation, now);
    }
  }
}

/** After a change of the configuration: permissions and channels that the rules forbid now are taken away. */
export function recheck(core: TurnCore): void {
  for (const allocation of core.allocations) {
    const forbidden = (peer: TransportAddress) => !core.judge(allocation.user.role, peer).allowed;
    for (const address of allocation.permissions.keys())
      if (forbidden({ address, port: 0 })) forbid(core, allocation, address);
    for (const [number, { peer }] of allocation.channels) if (forbidden(peer)) unbind(core, allocation, number);
    allocation.tcp?.recheck();
    judgeSendsAnew(core, allocation);
  }
}

function judgeSendsAnew({ plane }: TurnCore, { tcp, relays }: Allocation): void {
  if (!tcp) for (const { id } of relays) plane.forgetAdmitted(id);
}

function sweepRules(core: TurnCore, allocation: Allocation, now: number): void {
  for (const [address, until] of allocation.permissions) if (until <= now) forbid(core, allocation, address);
  for (const [number, { until }] of allocation.channels) if (until <= now) unbind(core, allocation, number);
}

function forbid({ plane }: TurnCore, allocation: Allocation, address: string): void {
  dropPermission(allocation, address);
  const relay = relayFor(allocation, { address, port: 0 });
  if (relay && !allocation.tcp) plane.permit(relay.id, address, false);
}

function unbind({ plane }: TurnCore, allocation: Allocation, number: number): void {
  const { peer } = allocation.channels.get(number)!;
  dropChannel(allocation, number);
  const relay = relayFor(allocation, peer);
  if (relay) plane.bindChannel(relay.id, number, undefined);
}

/** A channel to a relay that is gone must not lead to whoever gets its port next: that one was not judged. */
function unbindNeighbours(core: TurnCore, { neighbours }: Allocation, gone: readonly Relay[]): void {
  if (!neighbours) return;
  const keys = new Set(gone.flatMap(relayKeys));
  for (const neighbour of neighbours)
    for (const [number, { reaches }] of neighbour.channels) if (keys.has(reaches)) unbind(core, neighbour, number);
}

function logEnd({ clock, log }: TurnCore, allocation: Allocation, why: string, traffic: RelayCounters): void {
  const { client, user, relays, permissions, channels, createdAt } = allocation;
  log.info("TURN allocation ended", {
    why,
    role: user.role,
    user: user.id,
    client: client.address,
    transport: client.transport,
    relayed: relays.map(({ relayed }) => relayed),
    seconds: Math.round((clock.now() - createdAt) / 1000),
    permissions: permissions.size,
    channels: channels.size,
    ...traffic,
  });
}
