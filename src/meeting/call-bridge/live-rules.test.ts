import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "#until";
import type { TestSocket } from "./testing-world.ts";
import { HOST, testWorld, type World } from "./testing-world.ts";

const setSubscriptions = (world: World, { sid }: TestSocket) =>
  world.requests.flatMap((request) =>
    request.do === "setSubscription" && request.subscriptionId.startsWith(sid) ? [request] : [],
  );

/** Hana shows her camera in three layers to Gil. */
async function watched(world: World, guest = {}) {
  const ways = await world.lobbySpace(guest);
  const hana = await world.come("Hana", ways.host);
  const gil = await world.come("Gil", ways.guest);
  await gil.until((said) => said.includes("answer"));
  const trackSid = await hana.publish("camera");
  hana.offer("camera-in-three-layers", 2);
  await hana.until((said) => said.filter((one) => one === "answer").length === 2);
  gil.offer("join", 2);
  await until(() => world.requests.some((request) => request.do === "addSubscription"), "Gil is sent it");
  return { hana, gil, ways, trackSid };
}

test("a changed profile mutes, hides and unhides at once, in legs that are there", async () => {
  await using world = await testWorld();
  const { gil, ways } = await watched(world);
  await gil.publish("microphone");
  assert.deepEqual(setSubscriptions(world, gil), []);
  await world.change("callLegProfile", ways.guest.profile, { rxAudioMute: true, txVideoMute: true });
  await until(() => gil.mutes.includes(true), "Gil is muted");
  await until(() => setSubscriptions(world, gil).at(-1)?.paused === true, "nothing is shown");
  await world.change("callLegProfile", ways.guest.profile, { txVideoMute: false });
  await until(() => setSubscriptions(world, gil).at(-1)?.paused === false, "it is shown again");
});

const begun = (world: World) =>
  world.requests.flatMap((request) => (request.do === "addSubscription" ? [request.forwarding] : []));

test("a leg that may see nothing is sent nothing from the first packet, one with a limit no layer above it", async () => {
  for (const [rules, forwarding] of [
    [{ txVideoMute: true }, { maxLayer: 2, paused: true }],
    [{ qualityMain: "max480p30" }, { maxLayer: 1, paused: false }],
    [{}, { maxLayer: 2, paused: false }],
  ] as const) {
    await using world = await testWorld();
    await watched(world, rules);
    assert.deepEqual(begun(world), [forwarding]);
  }
});

test("without presentationContributionAllowed a share is refused; when it is taken away, the share ends", async () => {
  await using world = await testWorld();
  const ways = await world.lobbySpace({ presentationContributionAllowed: false });
  const hana = await world.come("Hana", ways.host);
  const gil = await world.come("Gil", ways.guest);
  assert.equal(await gil.publish("screen_share"), "refused");
  assert.notEqual(await hana.publish("screen_share"), "refused");
  assert.ok(world.bridge.calls.calls()[0]?.presenterCallLeg);
  await world.change("callLegProfile", ways.host.profile, { presentationContributionAllowed: false });
  await hana.until((said) => said.includes("trackUnpublished"));
  assert.equal(world.bridge.calls.calls()[0]?.presenterCallLeg, undefined);
});

test("chat of who may not write goes nowhere", async () => {
  await using world = await testWorld();
  const ways = await world.lobbySpace({ chatContributionAllowed: false });
  const hana = await world.come("Hana", ways.host);
  const gil = await world.come("Gil", ways.guest);
  const sent = () => world.requests.filter((request) => request.do === "sendData").length;
  const write = ({ sid }: TestSocket) =>
    world.emit({ worker: 0, media: { event: "data", legId: sid, label: "_reliable", data: PACKET } });
  write(gil);
  assert.equal(sent(), 0);
  write(hana);
  assert.equal(sent(), 1);
  await world.callProfile({ chatAllowed: false });
  await until(() => hana.room.chatAllowed === false, "chat is off");
  write(hana);
  assert.equal(sent(), 1);
});

/** DataPacket { user { payload: "hi" } } */
const PACKET = Uint8Array.from([0x12, 0x04, 0x12, 0x02, 0x68, 0x69]);

test("a deleted space ends its call; a changed call id or passcode throws nobody out", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana");
  await world.change("coSpace", world.space.id, { callId: "987654321", passcode: "1357", name: "New name" });
  await until(() => world.bridge.calls.calls()[0]?.name === "New name", "it has its new name");
  assert.equal(ana.closedWith, undefined);
  await world.storage.change((writer) => writer.remove("coSpace", world.space.id));
  assert.equal(ana.leftBecause, "ROOM_DELETED");
  assert.equal(world.bridge.calls.calls().length, 0);
});

test("participantLimit keeps the next one out; maxCallDurationTime ends a leg", async () => {
  await using world = await testWorld();
  await world.callProfile({ participantLimit: 1 });
  const short = await world.accessMethod("100000009", { ...HOST, maxCallDurationTime: 60 });
  const ana = await world.come("Ana", short);
  assert.equal((await world.join("Rui")).result, "refused");
  world.clock.advance(59_000);
  ana.say({ case: "ping", value: 1n });
  assert.equal(ana.closedWith, undefined);
  world.clock.advance(1001);
  ana.say({ case: "ping", value: 1n });
  await until(() => ana.leftBecause === "PARTICIPANT_REMOVED", "Ana is out");
});
