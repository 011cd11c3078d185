import assert from "node:assert/strict";
import { addressKey, type TransportAddress } from "#base";
import type { Allocation } from "../allocation.ts";
import { IPV4, IPV6 } from "../family.ts";
import type { TurnLimits } from "../options.ts";
import { relayFor } from "../state.ts";
import type { FuzzWorld } from "./world.ts";

/** What the server holds, for comparison: lowered limits take nothing away, but nothing more may come. */
export interface Held {
  readonly allocations: number;
  readonly byUser: ReadonlyMap<string, number>;
  readonly permissions: ReadonlyMap<Allocation, number>;
  readonly channels: ReadonlyMap<Allocation, number>;
}

export function held({ allocations }: FuzzWorld): Held {
  const byUser = new Map<string, number>();
  for (const { user } of allocations) {
    const key = `${user.role} ${user.id}`;
    byUser.set(key, (byUser.get(key) ?? 0) + 1);
  }
  return {
    allocations: allocations.length,
    byUser,
    permissions: new Map(allocations.map((allocation) => [allocation, allocation.permissions.size])),
    channels: new Map(allocations.map((allocation) => [allocation, allocation.channels.size])),
  };
}

export function checkLimits(limits: TurnLimits, before: Held, now: Held): void {
  const within = (what: string, count: number, limit: number, earlier = 0) =>
    assert.ok(count <= Math.max(limit, earlier), `${count} ${what}, and ${limit} are allowed`);
  within("allocations", now.allocations, limits.allocations, before.allocations);
  for (const [user, count] of now.byUser)
    within("allocations of a user", count, limits.allocationsPerUser, before.byUser.get(user));
  for (const [allocation, count] of now.permissions)
    within("permissions", count, limits.permissions, before.permissions.get(allocation));
  for (const [allocation, count] of now.channels)
    within("channels", count, limits.channels, before.channels.get(allocation));
}

/** What was sent to peers, and who could be sent to now. */
export function checkPeers(world: FuzzWorld): void {
  for (const { relay, peer } of world.plane.sent.splice(0)) {
    const sender = world.allocations.find(({ relays }) => relays.some(({ id }) => id === relay));
    if (!sender) continue;
    assert.ok(sender.permissions.has(peer.address), "a Send is to a peer with a permission");
    checkPeer(world, sender, peer, "a Send");
  }
  for (const allocation of world.allocations) {
    for (const { peer } of allocation.channels.values()) checkPeer(world, allocation, peer, "a channel");
    for (const peer of allocation.relays.flatMap(({ id }) => world.plane.passing(id)))
      checkPeer(world, allocation, peer, "a Send that passes");
    for (const address of allocation.permissions.keys())
      assert.ok(world.core.judge(allocation.user.role, { address, port: 0 }).allowed, "a permission obeys the policy");
  }
}

/** By the server's own judgement, and for a guest by ours. */
function checkPeer(world: FuzzWorld, { user }: Allocation, peer: TransportAddress, what: string): void {
  assert.notEqual(peer.port, 0);
  assert.ok(world.core.judge(user.role, peer).allowed, `${what} obeys the policy`);
  if (user.role === "bridge" || world.core.options.allowPeers.guest.length > 0) return;
  assert.ok(world.isRelayOf("bridge", peer), `${what} of a guest leads to the relay of a bridge`);
}

/** The tables of the server and the rules of the plane say the same. To be asked when no relay is being opened. */
export function checkPlane(world: FuzzWorld): void {
  const { plane, tcpRelays, core, allocations } = world;
  const udp = allocations.filter(({ tcp }) => !tcp);
  assert.equal(plane.relays.size, udp.flatMap(({ relays }) => relays).length, "a relay belongs to an allocation");
  assert.equal(tcpRelays.opened.size, allocations.length - udp.length, "and a TCP relay as well");
  for (const allocation of allocations) {
    assert.equal(allocation.state, "open");
    assert.equal(core.allocations.of(allocation.client), allocation, "it is found by its client");
    for (const { relayed, bound } of allocation.relays)
      for (const where of [relayed, bound])
        assert.equal(core.allocations.relayHolder(where), allocation, "it is found by its relay");
  }
  for (const allocation of udp) checkRules(world, allocation);
  for (const family of [IPV4, IPV6] as const) checkPorts(world, family);
}

function checkRules({ plane }: FuzzWorld, allocation: Allocation): void {
  for (const relay of allocation.relays) {
    const { client, permitted, channels, options } = plane.relays.get(relay.id)!;
    const own = (address: string) => relayFor(allocation, { address, port: 0 }) === relay;
    const bound = [...allocation.channels].filter(([, { peer }]) => own(peer.address));
    assert.deepEqual(options.bound, relay.bound);
    assert.equal(client, allocation.client.path, "packets go where the client is");
    assert.deepEqual([...permitted].sort(), [...allocation.permissions.keys()].filter(own).sort());
    assert.deepEqual(
      [...channels].map(([number, peer]) => `${number} ${addressKey(peer)}`).sort(),
      bound.map(([number, { peer }]) => `${number} ${addressKey(peer)}`).sort(),
    );
  }
}

function checkPorts(world: FuzzWorld, family: 1 | 2): void {
  const gauge = world.core.ports[family].gauge(world.clock.now());
  assert.equal(gauge.used, world.relaysOf(family), "a port in use belongs to a relay");
  assert.ok(Object.values(gauge).every((count) => count >= 0));
}
