import assert from "node:assert/strict";
import { test } from "node:test";
import { LeaveRequest_Action } from "@livekit/protocol";
import type { EdgeState, LegState } from "#media";
import { until } from "#until";
import { codeOf, INSIDE, joinQuery, OUTSIDE, SPACE, TestSocket, testWorld, type World } from "./testing-world.ts";

const EDGE = { id: "t1", serverAddress: "10.0.1.2" };
const PEER = { address: "203.0.113.10", port: 30_000 };
const FAILED = { ...EDGE, state: "failed", code: "TURN_CLIENT_TIMEOUT", detail: "no answer", nextTryMs: 1000 } as const;
const READY = { ...EDGE, state: "ready", relayed: { ...PEER, port: 24_007 }, rttMs: 1 } as const;

const edge = (world: World, state: EdgeState) => world.emit({ worker: 0, media: { event: "edge", edge: state } });

async function withMedia(world: World, name: string, origin = OUTSIDE): Promise<TestSocket> {
  const socket = await world.enter(name, origin);
  await socket.until((said) => said.includes("answer"));
  const over = { link: "relay", peer: PEER, edge: EDGE.serverAddress, edgeId: EDGE.id } as const;
  const path = origin.via === "edge" ? over : ({ link: "host", peer: PEER } as const);
  const state: LegState = { state: "connected", path };
  world.emit({ worker: 0, media: { event: "leg", legId: socket.sid, state } });
  return socket;
}

/** Connects with the token of before, as LiveKit's clients do by themselves. */
function connectAgain(world: World, { token, identity }: TestSocket, origin = OUTSIDE): TestSocket {
  const again = new TestSocket(token, identity);
  world.bridge.openSignalling({ token, query: joinQuery() }, origin, again);
  return again;
}

const leaves = ({ messages }: TestSocket) =>
  messages.flatMap((message) => (message.case === "leave" ? [LeaveRequest_Action[message.value.action]] : []));

test("a guest who connects anew by itself while no edge has a relay is told to go on trying, and is let in when one has", async () => {
  await using world = await testWorld();
  const ana = await withMedia(world, "Ana");
  edge(world, FAILED);
  for (let i = 0; i < 3; i++) {
    const again = connectAgain(world, ana);
    await until(() => again.closedWith !== undefined, "it is answered");
    assert.deepEqual([leaves(again), again.leftBecause, again.sid], [["RECONNECT"], "MEDIA_FAILURE", ""]);
  }
  edge(world, READY);
  const back = connectAgain(world, ana);
  await back.until((said) => said.includes("join"));
  assert.equal(world.bridge.status().calls[0]?.participants.length, 1);
});

test("a guest who connects anew by itself just before the relay is lost is asked once to connect again, and not sent away", async () => {
  await using world = await testWorld();
  const ana = await withMedia(world, "Ana");
  const again = connectAgain(world, ana);
  await again.until((said) => said.includes("join"));
  for (let i = 0; i < 3; i++) edge(world, FAILED);
  assert.deepEqual(leaves(again), ["RECONNECT"]);
  assert.equal(again.closedWith, undefined);
  again.say({ case: "leave", value: {} as never });
  world.clock.advance(30_000);
  edge(world, READY);
  const back = connectAgain(world, ana);
  await back.until((said) => said.includes("join"));
  assert.equal(back.identity, ana.identity);
});

test("a guest who has clicked and waits for its first media is told at once that there is none, and may join again", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana", OUTSIDE);
  edge(world, FAILED);
  assert.deepEqual([leaves(ana), ana.leftBecause], [["DISCONNECT"], "MEDIA_FAILURE"]);
  const rejoin = () => world.join("Ana", SPACE, OUTSIDE, { returning: ana.token });
  assert.equal(codeOf(await rejoin()), "MEDIA_NO_RELAY");
  edge(world, READY);
  const answer = await rejoin();
  assert.equal(answer.result === "admitted" && answer.participant.identity, ana.identity);
});

test("who was admitted and clicks again after a reload is told by the socket, too, that it has to ask again", async () => {
  await using world = await testWorld();
  const ana = await withMedia(world, "Ana");
  const answer = await world.join("Ana", SPACE, OUTSIDE, { returning: ana.token });
  assert.ok(answer.result === "admitted");
  edge(world, FAILED);
  const again = connectAgain(world, ana);
  await until(() => again.closedWith !== undefined, "it is answered");
  assert.deepEqual(leaves(again), ["DISCONNECT"]);
});

test("who is in the call is told of the interruption, looks for no path meanwhile, and restarts ICE when there is a relay", async () => {
  await using world = await testWorld();
  const ana = await withMedia(world, "Ana");
  edge(world, FAILED);
  assert.equal(ana.room.interrupted, true);
  world.emit({ worker: 0, media: { event: "pathLost", legId: ana.sid } });
  assert.deepEqual(leaves(ana), []);
  edge(world, { ...READY, id: "t2" });
  assert.deepEqual(leaves(ana), ["RESUME"], "also over another edge than before");
  assert.equal(ana.room.interrupted, undefined);
});

test("inside nobody notices: neither who is in the call nor who comes in", async () => {
  await using world = await testWorld();
  const rui = await withMedia(world, "Rui", INSIDE);
  edge(world, FAILED);
  const eva = await withMedia(world, "Eva", INSIDE);
  const again = connectAgain(world, rui, INSIDE);
  await again.until((said) => said.includes("join"));
  for (const socket of [eva, again]) assert.deepEqual([leaves(socket), socket.room.interrupted], [[], undefined]);
  world.emit({ worker: 0, media: { event: "pathLost", legId: eva.sid } });
  assert.deepEqual(leaves(eva), ["RESUME"], "a path of its own may break, too");
});

test("a way that worked before is tried again: media that cannot begin after a break sends nobody away", async () => {
  await using world = await testWorld();
  const ana = await withMedia(world, "Ana");
  const again = connectAgain(world, ana);
  await again.until((said) => said.includes("join"));
  const state: LegState = { state: "closed", code: "MEDIA_ICE_TIMEOUT", detail: "no check came within 15 s" };
  world.emit({ worker: 0, media: { event: "leg", legId: again.sid, state } });
  assert.deepEqual(leaves(again), ["RECONNECT"]);
});

test("a join that the app tries again and again is one event, until it ends otherwise", async () => {
  await using world = await testWorld();
  edge(world, FAILED);
  const before = world.events.length;
  for (let i = 0; i < 5; i++) assert.equal(codeOf(await world.join("Ana", SPACE, OUTSIDE)), "MEDIA_NO_RELAY");
  assert.deepEqual(
    world.events.slice(before).map((line) => line.replace(/\d+/g, "N")),
    [
      "info: guest login request N: resolution in progress",
      'info: call N: allocated for a guest / "Ana" conference participation (not connected)',
      "warning: call N: ICE failure N (no answer over UDP - check that the TURN server can be reached)",
      "warning: guest login request N: refused (MEDIA_NO_RELAY)",
    ],
  );
  await world.join("Ana", { callId: SPACE.callId, secret: "x" }, OUTSIDE);
  assert.match(world.events.at(-1) ?? "", /refused \(JOIN_REFUSED\)/);
});
