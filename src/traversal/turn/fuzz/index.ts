import assert from "node:assert/strict";
import { IPV4, IPV6 } from "../family.ts";
import { checkLimits, checkPeers, checkPlane, held } from "./invariants.ts";
import { LogCheck } from "./log-check.ts";
import { performStep } from "./perform.ts";
import { checkReplies } from "./replies.ts";
import { PORTS, settings } from "./settings.ts";
import { Flag, Kind, type Step, stepsOf } from "./steps.ts";
import { FuzzWorld } from "./world.ts";

export { stepFormat } from "./steps.ts";

/** Longer than any allocation, permission, reservation or port at rest lasts, ms. */
const FOR_EVER = 2 * 3_600_000;

/**
 * What holds for any clients, whatever they send in whatever order: throws an AssertionError. Returns what the steps led
 * to, in words, for a fuzzer that looks for what is new.
 */
export async function fuzzTurn(input: Buffer): Promise<readonly string[]> {
  const steps = stepsOf(input);
  const [first] = steps;
  const world = new FuzzWorld(settings(first?.kind === Kind.configure ? first.bytes : Buffer.alloc(0)));
  const log = new LogCheck();
  try {
    for (const step of steps) await oneStep(world, step, log);
    await windUp(world, log);
  } finally {
    await world.scope.close();
  }
  return [...world.words];
}

async function oneStep(world: FuzzWorld, step: Step, log: LogCheck): Promise<void> {
  const before = held(world);
  performStep(world, step);
  if ((step.flags & Flag.hurry) === 0) await settled();
  assert.deepEqual(world.plane.faults, []);
  checkReplies(world);
  checkPeers(world);
  checkLimits(world.core.options.limits, before, held(world));
  log.check(world);
  if ((step.flags & Flag.hurry) === 0 && !world.plane.busy) checkPlane(world);
  for (const word of world.plane.words.splice(0)) world.words.add(word);
  world.words.add(shapeOf(world));
}

/** When everybody has left and their time is over, nothing is left of them. */
async function windUp(world: FuzzWorld, log: LogCheck): Promise<void> {
  const { core, plane, clock, clients } = world;
  plane.opening = "ready";
  plane.release();
  await settled();
  checkReplies(world);
  checkPlane(world);
  log.check(world);
  clock.advance(FOR_EVER);
  core.sweep();
  log.check(world);
  assert.equal(core.allocations.size, 0, "every allocation ends");
  assert.equal(plane.relays.size + world.tcpRelays.opened.size, 0, "and every relay with it");
  for (const { current } of clients) {
    assert.ok(!core.holdsSomething(current), "no client is remembered");
    assert.equal(core.allocations.heldFrom(current.address.address), 0, "no address is counted");
  }
  clock.advance(FOR_EVER);
  for (const family of [IPV4, IPV6] as const)
    assert.equal(core.ports[family].gauge(clock.now()).free, PORTS, "every port comes back");
}

/** Nothing in this world waits for anything but promises. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How much is held, in few words. */
function shapeOf({ allocations }: FuzzWorld): string {
  const some = (count: number) => Math.min(count, 3);
  const dual = allocations.some(({ relays }) => relays.length > 1);
  const sum = (list: readonly number[]) => some(list.reduce((a, b) => a + b, 0));
  const permissions = sum(allocations.map((allocation) => allocation.permissions.size));
  const channels = sum(allocations.map((allocation) => allocation.channels.size));
  const tcp = allocations.some((allocation) => allocation.tcp);
  return `holds ${some(allocations.length)}, ${permissions}, ${channels}${dual ? ", dual" : ""}${tcp ? ", TCP" : ""}`;
}
