import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "#until";
import { codeOf, INSIDE, OUTSIDE, testWorld } from "./testing-world.ts";

const USER = { userId: "u-1", userJid: "ana@example.com", name: "Ana" };

test("a call's records tell its start, each leg's start, path and end with the reason, and its end", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana", OUTSIDE);
  const rui = await world.enter("Rui");
  const path = { link: "relay", peer: { address: "198.51.100.7", port: 5000 }, edge: "10.0.1.2" } as const;
  world.emit({ worker: 0, media: { event: "leg", legId: ana.sid, state: { state: "connected", path } } });
  world.clock.advance(60_000);
  ana.say({ case: "leave", value: {} as never });
  await until(() => world.bridge.calls.calls()[0]?.numCallLegs === 1, "Ana is gone");
  world.bridge.calls.endCall(world.bridge.calls.calls()[0]!.id, { kind: "system", name: "test" });
  assert.equal(rui.leftBecause, "ROOM_DELETED");
  const told = world.records.map((record) => {
    if (record.type === "callLegEnd")
      return `${record.type} ${record.leg.name} ${record.reason} ${record.durationSeconds}`;
    if (record.type === "callEnd") return `${record.type} ${record.callLegsCompleted} ${record.durationSeconds}`;
    if (record.type === "callStart") return record.type;
    return `${record.type} ${record.leg.name} ${record.leg.state} ${record.leg.path?.peer ?? "-"}`;
  });
  assert.deepEqual(told, [
    "callStart",
    "callLegStart Ana initial -",
    "callLegStart Rui initial -",
    "callLegUpdate Ana connected 198.51.100.7:5000",
    "callLegEnd Ana left 60",
    "callLegEnd Rui callEnded 60",
    "callEnd 2 60",
  ]);
  const { callLegsActive, callLegsMaxActive, callLegsCompleted } = world.bridge.calls.totals();
  assert.deepEqual([callLegsActive, callLegsMaxActive, callLegsCompleted], [0, 2, 2]);
});

test("who joins again is the same participant with another leg", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana");
  const [before] = world.bridge.calls.participants();
  const again = await world.connect(await world.join("Ana", undefined, INSIDE, { returning: ana.token }));
  const [now] = world.bridge.calls.participants();
  assert.deepEqual([now?.id, again.identity], [before?.id, ana.identity]);
  assert.notEqual(now?.callLegId, before?.callLegId);
  assert.equal(ana.leftBecause, "DUPLICATE_IDENTITY");
  const ends = world.records.flatMap((record) => (record.type === "callLegEnd" ? [record.reason] : []));
  assert.deepEqual(ends, ["replaced"]);
});

test("a user who signed in enters a space of its own without passcode, under its JID; an ended session is told so", async () => {
  await using world = await testWorld({ users: { good: USER } });
  const userId = await world.storage.change(async (writer) => {
    const user = await writer.insert({ noun: "user", fields: { userJid: USER.userJid, name: "Ana" } });
    await writer.insert({
      noun: "coSpaceUser",
      parent: world.space.id,
      fields: { userId: user.id, userJid: USER.userJid },
    });
    return user.id;
  });
  Object.assign(USER, { userId });
  const bare = { callId: "123456789" };
  const ana = await world.connect(await world.join("Ana", bare, INSIDE, { session: "good" }));
  assert.match(ana.identity, /^user-/);
  assert.deepEqual(
    world.bridge.calls.participants().map(({ uri, userJid }) => [uri, userJid]),
    [[USER.userJid, USER.userJid]],
  );
  assert.equal(codeOf(await world.join("Ana", bare, INSIDE, { session: "old" })), "JOIN_SIGNED_OUT");
  assert.equal(codeOf(await world.join("Ana", bare)), "JOIN_REFUSED");
});

test("a space is found by the user part of its address, whatever its letters' case", async () => {
  await using world = await testWorld();
  await world.change("coSpace", world.space.id, { uri: "team.room" });
  const { secret } = { secret: "s".repeat(22) };
  assert.equal((await world.join("Ana", { callId: "Team.Room", secret })).result, "admitted");
});
