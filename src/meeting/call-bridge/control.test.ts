import assert from "node:assert/strict";
import { test } from "node:test";
import type { ControlAction } from "#bridge-link";
import { until } from "#until";
import type { Actor } from "./control-contract.ts";
import { HOST, INSIDE, type TestSocket, testWorld, type World } from "./testing-world.ts";

const API: Actor = { kind: "api", name: 'API user "api"', address: "10.0.0.9" };

async function meeting(world: World, guest = {}) {
  const ways = await world.lobbySpace(guest);
  return { hana: await world.come("Hana", ways.host), gil: await world.come("Gil", ways.guest), ways };
}

const legOf = (world: World, { identity }: TestSocket) =>
  world.bridge.calls.callLegs().find(({ remoteParty }) => remoteParty === identity)!;

const actions: readonly [ControlAction["do"], keyof typeof HOST][] = [
  ["lock", "callLockAllowed"],
  ["unlock", "callLockAllowed"],
  ["admitAll", "callLockAllowed"],
  ["toLobby", "callLockAllowed"],
  ["muteAll", "muteOthersAllowed"],
  ["mute", "muteOthersAllowed"],
  ["unmute", "muteOthersAllowed"],
  ["stopVideo", "videoMuteOthersAllowed"],
  ["startVideo", "videoMuteOthersAllowed"],
  ["remove", "disconnectOthersAllowed"],
  ["makeHost", "endCallAllowed"],
  ["endForAll", "endCallAllowed"],
];

for (const [what, permission] of actions)
  test(`${what} needs ${permission} and is refused without it, in a sentence for the guest`, async () => {
    await using world = await testWorld();
    const without = await world.accessMethod("100000003", { ...HOST, [permission]: false });
    const { hana, gil } = await meeting(world);
    const almost = await world.come("Almost", without);
    const action = { do: what, participant: gil.identity } as ControlAction;
    for (const actor of [gil, almost]) {
      const answer = await world.control(actor, action);
      assert.ok(!answer.done);
      assert.equal(answer.error.code, "CONTROL_NOT_ALLOWED");
      assert.match(answer.error.message, /not allowed/);
    }
    assert.deepEqual(await world.control(hana, action), { done: true });
  });

test("nobody steers a call that it is not in, or people who are not there", async () => {
  await using world = await testWorld();
  const { hana, gil, ways } = await meeting(world);
  await world.control(hana, { do: "remove", participant: gil.identity });
  const codes = [
    await world.control(gil, { do: "lock" }),
    await world.bridge.control("x", { do: "lock" }, INSIDE),
    await world.control(hana, { do: "mute", participant: gil.identity }),
    await world.control(hana, { do: "admit", participant: hana.identity }),
    await world.control(hana, { do: "toLobby", participant: hana.identity }),
  ].map((answer) => (answer.done ? "done" : answer.error.code));
  assert.deepEqual(codes, [
    ...["CONTROL_NOT_IN_CALL", "CONTROL_NOT_IN_CALL"],
    ...["CALL_NO_SUCH_OBJECT", "CALL_NO_SUCH_OBJECT", "CONTROL_NOT_ALLOWED"],
  ]);
  assert.equal((await world.join("New", ways.guest)).result, "admitted");
});

test("a mute by the host silences the source and tells the client; its owner may open it again", async () => {
  await using world = await testWorld();
  const { hana, gil } = await meeting(world);
  const sid = await gil.publish("microphone");
  await world.control(hana, { do: "mute", participant: gil.identity });
  assert.deepEqual(gil.mutes, [true]);
  const muted = () => world.bridge.status().calls[0]?.participants.find(({ name }) => name === "Gil")?.tracks[0]?.muted;
  assert.equal(muted(), true);
  assert.equal(gil.rules.rxAudioMute, true);
  // A client that repeats its old state has not asked for anything.
  gil.mute(sid, false);
  assert.deepEqual([muted(), gil.mutes.length], [true, 2]);
  gil.mute(sid, true);
  gil.mute(sid, false);
  assert.deepEqual([muted(), gil.rules.rxAudioMute], [false, false]);
});

test("who may not unmute itself is muted again, and only the host opens its microphone", async () => {
  await using world = await testWorld();
  const { hana, gil } = await meeting(world, { muteSelfAllowed: false, rxAudioMute: true });
  const sid = await gil.publish("microphone");
  assert.deepEqual(gil.mutes, [true]);
  gil.mute(sid, true);
  gil.mute(sid, false);
  const muted = () => world.bridge.status().calls[0]?.participants.find(({ name }) => name === "Gil")?.tracks[0]?.muted;
  assert.deepEqual([muted(), gil.mutes], [true, [true, true]]);
  gil.mute(sid, true);
  await world.control(hana, { do: "unmute", participant: gil.identity });
  assert.deepEqual(gil.mutes.at(-1), false);
  gil.mute(sid, false);
  assert.equal(muted(), false);
});

test("a mute is said again until the client has muted", async () => {
  await using world = await testWorld();
  const { gil } = await meeting(world, { rxAudioMute: true });
  const sid = await gil.publish("microphone");
  await until(() => gil.mutes.length >= 2, "said again");
  gil.mute(sid, true);
  const { length } = gil.mutes;
  gil.say({ case: "ping", value: 1n });
  assert.equal(gil.mutes.length, length);
});

test("muteAll mutes everyone but the one who asks; made host, a guest may do it too", async () => {
  await using world = await testWorld();
  const { hana, gil, ways } = await meeting(world);
  const lia = await world.come("Lia", ways.guest);
  await world.control(hana, { do: "muteAll" });
  assert.deepEqual(
    [hana, gil, lia].map((one) => legOf(world, one).rules.rxAudioMute),
    [false, true, true],
  );
  await world.control(hana, { do: "makeHost", participant: gil.identity });
  assert.equal(gil.role, "host");
  assert.equal(gil.rules.callLockAllowed, true);
  assert.deepEqual(await world.control(gil, { do: "lock" }), { done: true });
  hana.say({ case: "leave", value: {} as never });
  await until(() => world.bridge.calls.calls()[0]?.numCallLegs === 2, "Hana is gone");
  assert.equal(lia.closedWith, undefined);
});

test("the API starts a call, steers it in bulk, renames, admits and ends it; the event log says who", async () => {
  await using world = await testWorld();
  const ways = await world.lobbySpace();
  const { calls } = world.bridge;
  const started = await calls.startCall(world.space.id, { locked: true, messageText: "Welcome" }, API);
  assert.deepEqual([started.locked, started.messageText, started.numCallLegs], [true, "Welcome", 0]);
  assert.equal((await calls.startCall(world.space.id, {}, API)).id, started.id);
  const hana = await world.come("Hana", ways.host);
  assert.equal(hana.room.messageText, "Welcome");
  const waiting = await world.join("Gil", ways.guest);
  assert.equal(waiting.result, "waiting");
  const lobby = calls.participants(started.id).find(({ state }) => state === "lobby")!;
  calls.changeParticipant(lobby.id, { deactivated: false, nameLabelOverride: "Gil of sales" }, API);
  const gil = await world.connect(await world.bridge.lobby((waiting as { token: string }).token, INSIDE));
  const bulk = calls.changeParticipants(started.id, ({ isActivator }) => !isActivator, { txVideoMute: true }, API);
  assert.equal(bulk, 1);
  const leg = legOf(world, gil);
  assert.deepEqual(
    [leg.name, leg.ownRules, leg.trace.at(-1)?.scope],
    ["Gil of sales", { txVideoMute: true }, "callLeg"],
  );
  calls.changeCallLeg(leg.id, { rules: { txVideoMute: undefined } }, API);
  assert.deepEqual(legOf(world, gil).ownRules, {});
  calls.disconnect(leg.id, API);
  assert.equal(gil.leftBecause, "PARTICIPANT_REMOVED");
  calls.endCall(started.id, API);
  assert.equal(hana.leftBecause, "ROOM_DELETED");
  assert.throws(() => calls.endCall(started.id, API), /no call has the id/);
  const said = world.events.filter((line) => line.includes('API user "api" from 10.0.0.9'));
  assert.equal(said.length, 7, said.join("\n"));
});

test("what a client says of itself cannot take the server's attributes, nor a name that hides", async () => {
  await using world = await testWorld();
  const { gil } = await meeting(world);
  const attributes = { "turnpike.role": "host", "turnpike.rules": "{}", hand: "up" };
  gil.say({ case: "updateMetadata", value: { metadata: "", name: "\u202eEvil\n", attributes } as never });
  const leg = legOf(world, gil);
  assert.equal(leg.name, "Evil");
  assert.equal(gil.role, "guest");
  assert.equal(gil.rules.callLockAllowed, false);
});

test("a started call waits a minute for its people; joinAudioMuteOverride mutes who comes, not who comes back", async () => {
  await using world = await testWorld();
  const { calls } = world.bridge;
  const { id } = await calls.startCall(world.space.id, { joinAudioMuteOverride: true }, API);
  world.clock.advance(59_000);
  const ana = await world.enter("Ana");
  assert.equal(ana.rules.rxAudioMute, true);
  calls.changeCallLeg(legOf(world, ana).id, { rxAudioMute: false }, API);
  const back = await world.connect(await world.join("Ana", undefined, INSIDE, { returning: ana.token }));
  assert.equal(back.rules.rxAudioMute, false);
  back.say({ case: "leave", value: {} as never });
  await until(() => calls.calls()[0]?.numCallLegs === 0, "nobody is there");
  assert.equal(calls.calls()[0]?.id, id);
  world.clock.advance(60_001);
  await until(() => calls.calls().length === 0, "it is over");
});

test("allowAllMuteSelf lets those unmute themselves who may not; the call shows it and joinAudioMuteOverride", async () => {
  await using world = await testWorld();
  const { calls } = world.bridge;
  const { gil, ways } = await meeting(world, { muteSelfAllowed: false, rxAudioMute: true });
  const call = () => calls.calls()[0]!;
  assert.deepEqual([call().allowAllMuteSelf, call().joinAudioMuteOverride], [false, undefined]);
  const sid = await gil.publish("microphone");
  gil.mute(sid, true);
  calls.changeCall(call().id, { allowAllMuteSelf: true, joinAudioMuteOverride: false }, API);
  assert.deepEqual([call().allowAllMuteSelf, call().joinAudioMuteOverride], [true, false]);
  gil.mute(sid, false);
  assert.equal(legOf(world, gil).rules.rxAudioMute, false);
  assert.equal((await world.come("Lia", ways.guest)).rules.rxAudioMute, false, "who comes begins unmuted");
  calls.changeCall(call().id, { joinAudioMuteOverride: undefined }, API);
  assert.equal((await world.come("Mia", ways.guest)).rules.rxAudioMute, true, "its profile counts again");
});

test("importance and the name's label are taken back", async () => {
  await using world = await testWorld();
  const { gil } = await meeting(world);
  const { calls } = world.bridge;
  const one = () => calls.participants().find(({ uri }) => uri === gil.identity)!;
  calls.changeParticipant(one().id, { importance: 3, nameLabelOverride: "Desk" }, API);
  assert.deepEqual([one().importance, one().nameLabelOverride, one().name], [3, "Desk", "Desk"]);
  calls.changeParticipant(one().id, { rxVideoMute: false }, API);
  assert.deepEqual([one().importance, one().nameLabelOverride], [3, "Desk"]);
  calls.changeParticipant(one().id, { importance: undefined, nameLabelOverride: "" }, API);
  assert.deepEqual([one().importance, one().nameLabelOverride, one().name], [undefined, undefined, "Gil"]);
});
