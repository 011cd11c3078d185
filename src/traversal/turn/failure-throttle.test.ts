import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base";
import { Method } from "#stun";
import { FailureThrottle } from "./failure-throttle.ts";
import { codeOf, type RawClient, relayedOf } from "./raw-client.ts";
import { ANNA, BRIDGE, guest, UDP, world } from "./test-world.ts";

const WRONG = { ...ANNA, password: "wrong" };
const allocateAs = (client: RawClient, account: typeof ANNA) => client.encode(Method.allocate, [UDP], account);

/** Wrong passwords, within what a source is answered in a second. */
async function fail(client: RawClient, times: number, clock: ManualClock): Promise<void> {
  for (let i = 0; i < times; i++) {
    if (i % 15 === 0) clock.advance(1000);
    assert.equal(codeOf(await client.exchange(allocateAs(client, WRONG))), 401);
  }
}

test("after 60 wrong passwords within a minute a source gets no answer, not for the right one either", async () => {
  const clock = new ManualClock(Date.now());
  await using w = await world({}, clock);
  const [guesser, neighbour, elsewhere] = [await w.udp(), await w.udp(), await w.udp("127.0.0.2")];
  await guesser.challenge();
  await fail(guesser, 60, clock);
  clock.advance(1000);
  await guesser.expectSilence(allocateAs(guesser, WRONG));
  await guesser.expectSilence(allocateAs(guesser, ANNA));
  await guesser.expectSilence(allocateAs(guesser, BRIDGE));
  assert.deepEqual(w.server.status().silent, { "failed too often": 3 });
  assert.equal(codeOf(await guesser.exchange(allocateAs(guesser, { username: "nobody", password: "x" }))), 401);
  relayedOf(await neighbour.allocate(guest("g1")));
  relayedOf(await elsewhere.allocate(ANNA));
  clock.advance(60_000);
  relayedOf(await guesser.allocate(ANNA));
});

test("after 120 wrong passwords from anywhere a user is not let in, others are", async () => {
  const clock = new ManualClock(Date.now());
  await using w = await world({}, clock);
  const holder = await w.udp("127.0.0.5");
  relayedOf(await holder.allocate(ANNA));
  for (const from of ["127.0.0.2", "127.0.0.3", "127.0.0.4"]) {
    const client = await w.udp(from);
    await client.challenge();
    await fail(client, 40, clock);
  }
  const client = await w.udp();
  await client.challenge();
  await client.expectSilence(allocateAs(client, ANNA));
  assert.equal(codeOf(await holder.request(Method.refresh, [], ANNA)), 0, "whoever holds an allocation keeps it");
  relayedOf(await client.allocate(BRIDGE));
  clock.advance(60_000);
  relayedOf(await (await w.udp()).allocate(ANNA));
});

test("wrong short-term passwords are refused and not counted: nobody guesses 160 bits", async () => {
  const clock = new ManualClock(Date.now());
  await using w = await world({}, clock);
  const client = await w.udp();
  await client.challenge();
  for (let i = 0; i < 40; i++) {
    clock.advance(500);
    assert.equal(codeOf(await client.exchange(allocateAs(client, { ...guest("g1"), password: "wrong" }))), 401);
  }
  relayedOf(await client.allocate(ANNA));
});

test("a flood of sources makes the throttle forget the oldest, and not grow", () => {
  const throttle = new FailureThrottle();
  for (let i = 0; i < 60; i++) throttle.failed("192.0.2.1", "anna", 0);
  for (let i = 0; i < 20_001; i++) throttle.failed(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, "bridge1", 0);
  assert.equal(throttle.isBlocked("192.0.2.1", "nobody", 0), false);
  assert.equal(throttle.isBlocked("192.0.2.9", "bridge1", 0), true);
});
