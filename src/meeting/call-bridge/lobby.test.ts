import assert from "node:assert/strict";
import { test } from "node:test";
import type { JoinAnswer } from "#bridge-link";
import { until } from "#until";
import { codeOf, INSIDE, joinQuery, TestSocket, testWorld, type World } from "./testing-world.ts";

type Waiting = Extract<JoinAnswer, { result: "waiting" }>;

async function waits(answer: Promise<JoinAnswer>, why: string): Promise<Waiting> {
  const told = await answer;
  assert.equal(told.result === "waiting" ? told.why : JSON.stringify(told), why);
  return told as Waiting;
}

const ask = (world: World, { token }: { token: string }) => world.bridge.lobby(token, INSIDE);

test("a guest who is early waits without an access token, and is let in by itself when a host has come", async () => {
  await using world = await testWorld();
  const { host, guest } = await world.lobbySpace();
  const early = await waits(world.join("Gil", guest), "host-not-here");
  assert.equal(world.bridge.calls.participants()[0]?.state, "lobby");
  // Its token opens nothing.
  const socket = new TestSocket();
  world.bridge.openSignalling({ token: early.token, query: joinQuery() }, INSIDE, socket);
  await until(() => socket.closedWith !== undefined, "refused");
  const news = ask(world, early);
  const hostSocket = await world.come("Hana", host);
  assert.equal(hostSocket.role, "host");
  const gil = await world.connect(await news);
  assert.equal(gil.role, "guest");
  assert.deepEqual(
    world.bridge.calls.participants().map(({ state }) => state),
    ["initial", "initial"],
  );
});

test("a host is told who waits, with name and the way they came; guests are not", async () => {
  await using world = await testWorld();
  const { host, guest } = await world.lobbySpace();
  const ana = await world.come("Hana", host);
  const gil = await world.come("Gil", guest);
  await world.control(ana, { do: "lock" });
  const late = await waits(world.join("Lia", guest), "locked");
  assert.deepEqual(
    ana.room.waiting.map(({ name, identity, through, why }: Record<string, string>) => [name, identity, through, why]),
    [["Lia", late.participant.identity, guest.callId, "locked"]],
  );
  assert.equal(ana.room.locked, true);
  assert.equal(gil.room.waiting, undefined);
  assert.equal(gil.room.locked, true);
  await world.control(ana, { do: "unlock" });
  assert.equal((await ask(world, late)).result, "admitted");
  assert.deepEqual(ana.room.waiting, []);
});

test("at a locked call everyone new waits with lockMode all; who was in comes back in", async () => {
  await using world = await testWorld();
  const { host, guest } = await world.lobbySpace();
  await world.callProfile({ lockMode: "all" });
  const first = await world.come("Hana", host);
  const gil = await world.come("Gil", guest);
  await world.control(first, { do: "lock" });
  await waits(world.join("Second host", host), "locked");
  await waits(world.join("Lia", guest), "locked");
  gil.say({ case: "leave", value: {} as never });
  await until(() => world.bridge.calls.calls()[0]?.numCallLegs === 1, "Gil is gone");
  const back = await world.join("Gil", guest, INSIDE, { returning: gil.token });
  assert.equal(back.result, "admitted");
  assert.equal((await world.connect(back)).identity, gil.identity);
});

test("with lockMode needsActivation hosts come in, guests wait, and admitting lets one or all in", async () => {
  await using world = await testWorld();
  const { host, guest } = await world.lobbySpace();
  const hana = await world.come("Hana", host);
  await world.control(hana, { do: "lock" });
  assert.equal((await world.join("Second host", host)).result, "admitted");
  const [one, two, three] = [
    await waits(world.join("One", guest), "locked"),
    await waits(world.join("Two", guest), "locked"),
    await waits(world.join("Three", guest), "locked"),
  ];
  await world.control(hana, { do: "admit", participant: one.participant.identity });
  assert.equal((await ask(world, one)).result, "admitted");
  await world.control(hana, { do: "refuse", participant: two.participant.identity });
  assert.equal(codeOf(await ask(world, two)), "LOBBY_REFUSED");
  await world.control(hana, { do: "admitAll" });
  assert.equal((await ask(world, three)).result, "admitted");
  assert.ok(world.events.some((line) => /lock state has changed to locked by participant "guest-/.test(line)));
});

test("who is sent back is told so, waits until somebody lets it in, and its access token is dead", async () => {
  await using world = await testWorld();
  const { host, guest } = await world.lobbySpace();
  const hana = await world.come("Hana", host);
  const gil = await world.come("Gil", guest);
  assert.deepEqual(await world.control(hana, { do: "toLobby", participant: gil.identity }), { done: true });
  assert.equal(gil.leftBecause, "PARTICIPANT_REMOVED");
  assert.equal(gil.room.sentToLobby, "sent-back");
  const again = new TestSocket();
  world.bridge.openSignalling({ token: gil.token, query: joinQuery() }, INSIDE, again);
  await until(() => again.closedWith !== undefined, "refused");
  assert.ok(!again.said.includes("join"));
  const waiting = await waits(world.join("Gil", guest, INSIDE, { returning: gil.token }), "sent-back");
  assert.equal(waiting.participant.identity, gil.identity);
  await world.control(hana, { do: "admit", participant: gil.identity });
  assert.equal((await ask(world, waiting)).result, "admitted");
});

test("who was removed does not come back with its token, neither by itself nor as the same participant", async () => {
  await using world = await testWorld();
  const { host, guest } = await world.lobbySpace();
  const hana = await world.come("Hana", host);
  const gil = await world.come("Gil", guest);
  await world.control(hana, { do: "remove", participant: gil.identity });
  assert.equal(gil.leftBecause, "PARTICIPANT_REMOVED");
  for (const reconnect of [false, true]) {
    const again = new TestSocket();
    const query = joinQuery(reconnect ? { reconnect, participantSid: gil.sid } : {});
    world.bridge.openSignalling({ token: gil.token, query }, INSIDE, again);
    await until(() => again.closedWith !== undefined, "refused");
    assert.deepEqual(again.said, ["leave"]);
  }
  assert.equal(codeOf(await world.join("Gil", guest, INSIDE, { returning: gil.token })), "CALL_REMOVED");
  assert.equal((await world.bridge.validateToken(gil.token)).status, 401);
});

test("a token of a call that has ended opens none of the next call's doors", async () => {
  await using world = await testWorld();
  const { host, guest } = await world.lobbySpace();
  const hana = await world.come("Hana", host);
  const gil = await world.come("Gil", guest);
  await world.control(hana, { do: "endForAll" });
  assert.deepEqual([hana.leftBecause, gil.leftBecause], ["ROOM_DELETED", "ROOM_DELETED"]);
  await waits(world.join("Early", guest), "host-not-here");
  const again = new TestSocket();
  world.bridge.openSignalling({ token: gil.token, query: joinQuery() }, INSIDE, again);
  await until(() => again.closedWith !== undefined, "refused");
  assert.ok(!again.said.includes("join"));
});

test("when the last host leaves, guests go back to the lobby, out, or stay, as their profile says", async () => {
  for (const [deactivationMode, state] of [
    ["deactivate", "lobby"],
    ["disconnect", undefined],
    ["remainActivated", "initial"],
  ] as const) {
    await using world = await testWorld();
    const { host, guest } = await world.lobbySpace({ deactivationMode, deactivationModeTime: 20 });
    const hana = await world.come("Hana", host);
    const gil = await world.come("Gil", guest);
    hana.say({ case: "leave", value: {} as never });
    await until(() => world.bridge.calls.calls()[0]?.numCallLegs === 1, "the host is gone");
    world.clock.advance(10_000);
    gil.say({ case: "ping", value: 1n });
    assert.equal(gil.closedWith, undefined);
    world.clock.advance(10_001);
    gil.say({ case: "ping", value: 1n });
    if (state !== "initial") await until(() => gil.closedWith !== undefined, "Gil is out");
    assert.equal(world.bridge.calls.participants()[0]?.state, state, deactivationMode);
    if (state !== "lobby") continue;
    const waiting = await waits(world.join("Gil", guest, INSIDE, { returning: gil.token }), "host-not-here");
    const news = ask(world, waiting);
    await world.connect(await world.join("Hana", host, INSIDE, { returning: hana.token }));
    assert.equal((await news).result, "admitted");
  }
});

test("a host who drops for a moment keeps the call open, and is let back in", async () => {
  await using world = await testWorld();
  const { host, guest } = await world.lobbySpace();
  const hana = await world.come("Hana", host);
  const gil = await world.come("Gil", guest);
  hana.drop();
  world.clock.advance(15_000);
  gil.say({ case: "ping", value: 1n });
  const again = new TestSocket(hana.token, hana.identity);
  world.bridge.openSignalling({ token: hana.token, query: joinQuery() }, INSIDE, again);
  await again.until((said) => said.includes("join"));
  assert.equal(again.role, "host");
  assert.equal(gil.closedWith, undefined);
});

test("who stops asking for news is gone after 40 s; a wrong or an old lobby token is refused", async () => {
  await using world = await testWorld();
  const { guest } = await world.lobbySpace();
  const early = await waits(world.join("Gil", guest), "host-not-here");
  assert.equal(codeOf(await ask(world, { token: "x" })), "LOBBY_GONE");
  world.clock.advance(40_001);
  await until(() => world.bridge.calls.calls().length === 0, "nobody waits");
  assert.equal(codeOf(await ask(world, early)), "LOBBY_GONE");
});

test("when a call is ended, those who wait are told; one call holds at most a hundred who wait", async () => {
  await using world = await testWorld();
  const { guest } = await world.lobbySpace();
  const first = await waits(world.join("One", guest), "host-not-here");
  for (let i = 1; i < 100; i++) await waits(world.join(`Guest ${i}`, guest), "host-not-here");
  assert.equal(codeOf(await world.join("One more", guest)), "LOBBY_FULL");
  const news = ask(world, first);
  world.bridge.calls.endCall(world.bridge.calls.calls()[0]!.id, { kind: "api", name: 'API user "api"' });
  assert.equal(codeOf(await news), "CALL_ENDED");
  assert.equal(codeOf(await ask(world, first)), "CALL_ENDED");
});

test("who asks ahead and would have to wait is told so, and nobody sees them wait", async () => {
  await using world = await testWorld();
  const { host, guest } = await world.lobbySpace();
  const early = await waits(world.join("Gil", guest, INSIDE, { ahead: true }), "host-not-here");
  assert.deepEqual([early.token, early.participant.identity], ["", ""]);
  assert.deepEqual([world.bridge.calls.participants(), world.bridge.calls.calls()], [[], []]);
  const hana = await world.come("Hana", host);
  await world.control(hana, { do: "lock" });
  await waits(world.join("Gil", guest, INSIDE, { ahead: true }), "locked");
  assert.deepEqual(hana.room.waiting, []);
});

test("an admission from before the lock opens nothing after it; its holder waits, and is let in by a host", async () => {
  await using world = await testWorld();
  const { host, guest } = await world.lobbySpace();
  const hana = await world.come("Hana", host);
  const ahead = await world.join("Gil", guest, INSIDE, { ahead: true });
  assert.ok(ahead.result === "admitted");
  await world.control(hana, { do: "lock" });
  const socket = new TestSocket();
  world.bridge.openSignalling({ token: ahead.token, query: joinQuery() }, INSIDE, socket);
  await until(() => socket.closedWith !== undefined, "refused");
  const again = await waits(world.join("Gil", guest, INSIDE, { returning: ahead.token }), "locked");
  assert.equal(again.participant.identity, ahead.participant.identity);
  assert.equal(hana.room.waiting.length, 1);
  await world.control(hana, { do: "admit", participant: again.participant.identity });
  const news = await ask(world, again);
  assert.equal((await world.connect(news)).role, "guest");
});
