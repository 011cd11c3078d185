import assert from "node:assert/strict";
import { test } from "node:test";
import { AddTrackRequest, SessionDescription, TrackSource, TrackType } from "@livekit/protocol";
import { createSpace } from "#spaces";
import { until } from "#until";
import { captured, INSIDE, joinQuery, OUTSIDE, TestSocket, testWorld } from "./testing-world.ts";

test("a bad token and a bad join request are refused in LiveKit's words and closed", async () => {
  await using world = await testWorld();
  for (const request of [
    { token: "x", query: joinQuery() },
    { token: "x", query: {} },
  ]) {
    const socket = new TestSocket();
    world.bridge.openSignalling(request, INSIDE, socket);
    await socket.until((said) => said.includes("leave"));
    assert.ok(socket.closedWith !== undefined);
  }
});

test("a publisher's track reaches the receiver's leg, on one call, with the sources first", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana", OUTSIDE);
  const rui = await world.enter("Rui", INSIDE);
  await rui.until((said) => said.includes("answer"));
  ana.say({
    case: "addTrack",
    value: new AddTrackRequest({ cid: "c1", type: TrackType.VIDEO, source: TrackSource.CAMERA }),
  });
  await ana.until((said) => said.includes("trackPublished"));
  ana.say({
    case: "offer",
    value: new SessionDescription({ type: "offer", sdp: captured("camera-in-three-layers"), id: 2 }),
  });
  await ana.until((said) => said.filter((one) => one === "answer").length === 2);
  rui.say({ case: "offer", value: new SessionDescription({ type: "offer", sdp: captured("join"), id: 2 }) });
  await rui.until((said) => said.filter((one) => one === "answer").length === 2);
  const done = world.requests.map(({ do: what }) => what);
  assert.ok(done.indexOf("addSource") >= 0 && done.indexOf("addSource") < done.indexOf("addSubscription"), done.join());
  assert.deepEqual(
    world.opened.map(({ via, permit }) => [via, permit]),
    [
      ["edge", ["198.51.100.7"]],
      ["inside", []],
    ],
  );
  assert.equal(new Set(world.opened.map(({ callId }) => callId)).size, 1);
});

test("a lost socket is taken up under the same sid; after 30 s the participant is gone and the call with it", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana", INSIDE);
  ana.drop();
  world.clock.advance(20_000);
  const again = new TestSocket();
  world.bridge.openSignalling(
    { token: ana.token, query: joinQuery({ reconnect: true, participantSid: ana.sid }) },
    INSIDE,
    again,
  );
  await again.until((said) => said.includes("reconnect"));
  assert.deepEqual(
    world.bridge.status().calls[0]?.participants.map(({ signalling }) => signalling),
    ["connected"],
  );
  again.drop();
  world.clock.advance(30_001);
  await until(() => world.bridge.status().calls.length === 0, "the call has ended");
  assert.ok(world.requests.some((request) => request.do === "closeLeg"));
  const late = new TestSocket();
  world.bridge.openSignalling(
    { token: ana.token, query: joinQuery({ reconnect: true, participantSid: ana.sid }) },
    INSIDE,
    late,
  );
  await late.until((said) => said.includes("leave"));
});

test("someone else's session cannot be taken up", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana", INSIDE);
  const eve = await world.enter("Eve", INSIDE);
  const thief = new TestSocket();
  world.bridge.openSignalling(
    { token: eve.token, query: joinQuery({ reconnect: true, participantSid: ana.sid }) },
    INSIDE,
    thief,
  );
  await thief.until((said) => said.includes("leave"));
  assert.equal(ana.closedWith, undefined);
});

test("joining again with the same token ends the earlier session", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana", INSIDE);
  const again = new TestSocket();
  world.bridge.openSignalling({ token: ana.token, query: joinQuery() }, INSIDE, again);
  await ana.until((said) => said.includes("leave"));
  await again.until((said) => said.includes("join"));
  assert.equal(world.bridge.status().calls[0]?.participants.length, 1);
});

test("when a media worker ends, its clients are told to begin with a new PeerConnection", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana", INSIDE);
  await ana.until((said) => said.includes("answer"));
  world.emit({ worker: 0, lost: { legIds: [ana.sid], why: "SIGKILL" } });
  const leave = await ana.until((said) => said.includes("leave"));
  assert.ok(leave);
  assert.equal(ana.closedWith, undefined);
});

test("a call whose people all lost their media waits for them to join anew, and not for ever", async () => {
  await using world = await testWorld();
  const other = await world.storage.change((writer) => createSpace(writer, { name: "Other" }));
  const people = [await world.enter("Ana", INSIDE), await world.enter("Rui", INSIDE)];
  const eva = await world.come("Eva", { callId: String(other.fields.callId) });
  const calls = () => world.bridge.calls.calls().map(({ name, numCallLegs }) => `${name} ${numCallLegs}`);
  world.emit({ worker: 0, lost: { legIds: people.map(({ sid }) => sid), why: "SIGKILL" } });
  for (const socket of [...people, eva]) socket.say({ case: "leave", value: {} as never });
  await until(() => !calls().some((call) => call.startsWith("Other")), "Eva's call is over");
  assert.deepEqual(calls(), ["Team 0"]);
  const { token, identity } = people[0]!;
  const again = new TestSocket(token, identity);
  world.bridge.openSignalling({ token, query: joinQuery() }, INSIDE, again);
  await again.until((said) => said.includes("join"));
  assert.deepEqual(calls(), ["Team 1"]);
  again.say({ case: "leave", value: {} as never });
  world.clock.advance(46_000);
  await until(() => calls().length === 0, "nobody came back");
});

test("who comes in, or back on a new socket, is told who speaks already, since only changes are told to all", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana", INSIDE);
  const callId = world.opened[0]!.callId;
  const speakers = (level: number) =>
    world.emit({
      worker: 0,
      media: { event: "speakers", callId, speakers: [{ legId: ana.sid, level, active: level > 0 }] },
    });
  speakers(1);
  const rui = await world.enter("Rui", INSIDE);
  const path = { link: "host", peer: { address: "10.0.0.7", port: 5000 } } as const;
  const connected = { event: "leg", legId: rui.sid, state: { state: "connected", path } } as const;
  world.emit({ worker: 0, media: connected });
  const heard = ({ messages }: TestSocket) =>
    messages.flatMap((m) =>
      m.case === "speakersChanged" ? m.value.speakers.map(({ sid, level }) => [sid, level]) : [],
    );
  assert.deepEqual(heard(rui), [[ana.sid, 1]]);
  world.emit({ worker: 0, media: connected });
  assert.deepEqual(heard(rui), [[ana.sid, 1]], "another path is no reason to say it again");
  rui.drop();
  const again = new TestSocket();
  const query = joinQuery({ reconnect: true, participantSid: rui.sid });
  world.bridge.openSignalling({ token: rui.token, query }, INSIDE, again);
  await again.until((said) => said.includes("speakersChanged"));
  assert.deepEqual(heard(again), [[ana.sid, 1]]);
  speakers(0);
  assert.deepEqual(heard(again).at(-1), [ana.sid, 0]);
});

test("a new relay is told to guests who are still connecting, and only to them", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana", OUTSIDE);
  const rui = await world.enter("Rui", INSIDE);
  await ana.until((said) => said.includes("answer"));
  const relayed = { address: "203.0.113.10", port: 24_007 };
  world.emit({
    worker: 0,
    media: { event: "edge", edge: { id: "t1", serverAddress: "10.0.1.2", state: "ready", relayed, rttMs: 1 } },
  });
  await ana.until((said) => said.includes("trickle"));
  assert.ok(!rui.said.includes("trickle"));
});

test("who lost its path with a relay is told the new one and to restart ICE, since it may be at that already", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana", OUTSIDE);
  await ana.until((said) => said.includes("answer"));
  const peer = { address: "203.0.113.10", port: 30_000 };
  const edges = { edge: "10.0.1.2", edgeId: "t1" };
  const path = { link: "relay", peer, ...edges } as const;
  world.emit({ worker: 0, media: { event: "leg", legId: ana.sid, state: { state: "connected", path } } });
  const ready = (id: string, port: number) => {
    const relayed = { address: "203.0.113.10", port };
    const edge = { id, serverAddress: "10.0.1.2", state: "ready", relayed, rttMs: 1 } as const;
    world.emit({ worker: 0, media: { event: "edge", edge } });
  };
  ready("t2", 24_008);
  const told = () => ana.said.filter((what) => what === "trickle" || what === "leave");
  assert.deepEqual(told(), [], "nor who has its path over another edge");
  ready("t1", 24_007);
  assert.deepEqual(told(), ["trickle", "leave"]);
});

test("messages that cannot be read close the socket and nothing else", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana", INSIDE);
  const rui = await world.enter("Rui", INSIDE);
  ana.listener?.(new Uint8Array([255, 255, 255]));
  assert.equal(ana.closedWith, 1002);
  assert.equal(rui.closedWith, undefined);
});

test("when the Call Bridge stops, clients are told so", async () => {
  const world = await testWorld();
  const ana = await world.enter("Ana", INSIDE);
  await world[Symbol.asyncDispose]();
  assert.ok(ana.said.includes("leave"));
});
