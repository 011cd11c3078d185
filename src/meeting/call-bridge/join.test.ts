import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientOrigin } from "#bridge-link";
import { codeOf, INSIDE, OUTSIDE, SPACE, testWorld } from "./testing-world.ts";

test("a wrong call id, a wrong passcode and a wrong secret get one answer", async () => {
  await using world = await testWorld();
  const answers = [
    { callId: "999999999", passcode: "2468" },
    { callId: SPACE.callId, passcode: "1" },
    { callId: SPACE.callId, secret: "x" },
  ];
  for (const proof of answers) {
    const answer = await world.bridge.join({ ...proof, name: "Eve" }, INSIDE);
    assert.deepEqual(answer, {
      result: "refused",
      error: {
        code: "JOIN_REFUSED",
        message: "That meeting ID, passcode or link is not right.",
        traceId: INSIDE.traceId,
      },
    });
  }
});

test("an admitted guest outside gets TURN over UDP and TCP; who is inside needs none", async () => {
  await using world = await testWorld();
  const outside = await world.bridge.join({ callId: SPACE.callId, secret: SPACE.secret, name: " Ana\n" }, OUTSIDE);
  assert.ok(outside.result === "admitted");
  assert.equal(outside.participant.name, "Ana");
  assert.deepEqual(outside.iceServers[0]?.urls, [
    "turn:203.0.113.10:3478?transport=udp",
    "turn:203.0.113.10:3478?transport=tcp",
  ]);
  assert.match(outside.iceServers[0]?.username ?? "", /^\d+:guest:guest-/);
  const inside = await world.bridge.join({ callId: SPACE.callId, passcode: "2468", name: "Rui" }, INSIDE);
  assert.deepEqual(inside.result === "admitted" && inside.iceServers, []);
});

test("after ten failures in a minute an address is told how long to wait, also if it knows the passcode now", async () => {
  await using world = await testWorld();
  const guess = (origin = OUTSIDE, passcode = "0") =>
    world.bridge.join({ callId: SPACE.callId, passcode, name: "E" }, origin);
  for (let i = 0; i < 10; i++) assert.equal(codeOf(await guess()), "JOIN_REFUSED");
  const answer = await guess(OUTSIDE, "2468");
  assert.ok(answer.result === "refused" && answer.error.code === "JOIN_RATE_LIMITED" && answer.error.retryAfter === 60);
  assert.ok((await guess(INSIDE, "2468")).result === "admitted", "others are not hindered");
  world.clock.advance(60_001);
  assert.ok((await guess(OUTSIDE, "2468")).result === "admitted");
});

test("guesses at the same time count before any is answered", async () => {
  await using world = await testWorld();
  const all = await Promise.all(
    Array.from({ length: 20 }, () => world.bridge.join({ callId: SPACE.callId, passcode: "0", name: "E" }, OUTSIDE)),
  );
  assert.equal(all.filter((answer) => codeOf(answer) === "JOIN_REFUSED").length, 10);
});

test("thirty failures for a call id shut passcodes out for a minute, but not the meeting's link", async () => {
  await using world = await testWorld();
  const from = (n: number): ClientOrigin => ({ ...OUTSIDE, address: `198.51.100.${n}` });
  for (let i = 0; i < 30; i++) await world.bridge.join({ callId: SPACE.callId, passcode: "0", name: "E" }, from(i));
  assert.equal(
    codeOf(await world.bridge.join({ callId: SPACE.callId, passcode: "2468", name: "A" }, from(99))),
    "JOIN_RATE_LIMITED",
  );
  assert.ok(
    (await world.bridge.join({ callId: SPACE.callId, secret: SPACE.secret, name: "A" }, from(99))).result ===
      "admitted",
  );
});

test("a class behind one address that comes all at once is let in, by passcode too", async () => {
  await using world = await testWorld();
  const all = await Promise.all(
    Array.from({ length: 60 }, () => world.bridge.join({ callId: SPACE.callId, passcode: "2468", name: "A" }, OUTSIDE)),
  );
  assert.ok(all.every(({ result }) => result === "admitted"));
});

test("good joins never count as guesses", async () => {
  await using world = await testWorld();
  for (let i = 0; i < 50; i++)
    assert.ok(
      (await world.bridge.join({ callId: SPACE.callId, passcode: "2468", name: "A" }, OUTSIDE)).result === "admitted",
    );
});

test("refused relay credentials: guests outside are told at once, the event log names ICE failure 4, inside goes on", async () => {
  await using world = await testWorld();
  world.emit({
    worker: 0,
    media: {
      event: "edge",
      edge: {
        id: "t1",
        serverAddress: "10.0.1.2",
        state: "failed",
        code: "TURN_CLIENT_UNAUTHORIZED",
        detail: "401",
        nextTryMs: 1000,
      },
    },
  });
  const answer = await world.bridge.join({ callId: SPACE.callId, secret: SPACE.secret, name: "Ana" }, OUTSIDE);
  assert.equal(codeOf(answer), "MEDIA_NO_RELAY");
  assert.ok(
    world.events.includes("warning: call 1: ICE failure 4 (unauthorized - check credentials)"),
    world.events.join("\n"),
  );
  assert.ok(
    (await world.bridge.join({ callId: SPACE.callId, secret: SPACE.secret, name: "Rui" }, INSIDE)).result ===
      "admitted",
  );
});

test("a token is good, bad, or for a space that is gone", async () => {
  await using world = await testWorld();
  const answer = await world.bridge.join({ callId: SPACE.callId, secret: SPACE.secret, name: "A" }, INSIDE);
  assert.ok(answer.result === "admitted");
  assert.equal((await world.bridge.validateToken(answer.token)).status, 200);
  assert.equal((await world.bridge.validateToken("x")).status, 401);
  await world.storage.change((writer) => writer.remove("coSpace", world.space.id));
  assert.deepEqual(await world.bridge.validateToken(answer.token), {
    status: 404,
    text: "requested room does not exist",
  });
});
