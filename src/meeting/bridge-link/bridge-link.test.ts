import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope, TurnpikeError } from "#base";
import { until } from "#until";
import type { ClientOrigin, JoinRequest, SignallingRequest, SignallingStream } from "./service.ts";
import { ADMITTED, echoService, FakeClient, type LinkWorld, linkWorld, ORIGIN, SIGNALLING } from "./testing.ts";

const REQUEST: JoinRequest = { callId: "123456789", name: "Ana", secret: "s" };
/** As it arrives: over the link to this webBridge object. */
const ARRIVED: ClientOrigin = { ...ORIGIN, webBridge: "web-bridge-1" };
type Admitted = Extract<typeof ADMITTED, { result: "admitted" }>;
const up = ({ links }: LinkWorld) => until(() => links.pick(), "link up");
const failsWith = (code: string) => (error: unknown) => error instanceof TurnpikeError && error.code === code;

test("a join travels over the link with its origin, and the answer comes back as it was", async () => {
  await using scope = new Scope();
  const seen: [JoinRequest, ClientOrigin][] = [];
  const join = async (...call: [JoinRequest, ClientOrigin]) => {
    seen.push(call);
    return ADMITTED;
  };
  const bridge = await up(await linkWorld(scope, echoService({ join })));
  assert.deepEqual(await bridge.join(REQUEST, ORIGIN), ADMITTED);
  assert.deepEqual(seen, [[REQUEST, ARRIVED]]);
  await bridge.join(REQUEST, { ...ORIGIN, webBridge: "another" });
  assert.deepEqual(seen[1], [REQUEST, ARRIVED], "what the Web Bridge says of itself counts for nothing");
});

test("a refusal and a token's validation come back as they were", async () => {
  await using scope = new Scope();
  const error = { code: "JOIN_REFUSED", message: "No.", retryAfter: 3, traceId: ORIGIN.traceId };
  const service = echoService({
    join: async () => ({ result: "refused", error }),
    validateToken: async (token) => ({ status: 401, text: `invalid: ${token}` }),
  });
  const bridge = await up(await linkWorld(scope, service));
  assert.deepEqual(await bridge.join(REQUEST, ORIGIN), { result: "refused", error });
  assert.deepEqual(await bridge.validateToken("x"), { status: 401, text: "invalid: x" });
});

test("news of the lobby, acts in a meeting and the portal's requests travel as they are", async () => {
  await using scope = new Scope();
  const seen: unknown[] = [];
  const service = echoService({
    lobby: async (...call) => {
      seen.push(call);
      return { ...(ADMITTED as Admitted), result: "waiting", why: "locked" };
    },
    control: async (...call) => {
      seen.push(call);
      return { done: true };
    },
    portal: async (...call) => {
      seen.push(call);
      return { status: 302, location: "https://idp.example/", session: "" };
    },
  });
  const bridge = await up(await linkWorld(scope, service));
  const { space, participant, token, traceId } = ADMITTED as Admitted;
  const waiting = { result: "waiting", space, participant, token, why: "locked", traceId };
  assert.deepEqual(await bridge.lobby("l", ORIGIN), waiting);
  assert.deepEqual(await bridge.control("t", { do: "mute", participant: "guest-1" }, ORIGIN), { done: true });
  const request = {
    method: "PUT",
    path: "/cospaces/1",
    query: { a: "b" },
    session: "s",
    body: { x: [1, null] },
  } as const;
  assert.deepEqual(await bridge.portal(request, ORIGIN), {
    status: 302,
    location: "https://idp.example/",
    session: "",
  });
  assert.deepEqual(seen, [
    ["l", ARRIVED],
    ["t", { do: "mute", participant: "guest-1" }, ARRIVED],
    [request, ARRIVED],
  ]);
});

test("a service that throws, and one that answers nonsense, are errors with a sentence for the guest", async () => {
  await using scope = new Scope();
  const join = async (request: JoinRequest) => {
    if (request.name === "throw") throw new Error("database gone");
    return { result: "perhaps" } as never;
  };
  const bridge = await up(await linkWorld(scope, echoService({ join })));
  for (const name of ["throw", "nonsense"])
    await assert.rejects(bridge.join({ ...REQUEST, name }, ORIGIN), (error) => {
      assert.ok(failsWith("BRIDGE_LINK_BAD_ANSWER")(error));
      assert.match((error as TurnpikeError).guest ?? "", /meeting server/);
      return true;
    });
});

test("the Call Bridge refuses messages out of shape without bothering the service", async () => {
  await using scope = new Scope();
  let joins = 0;
  const join = async () => {
    joins++;
    return ADMITTED;
  };
  const bridge = await up(await linkWorld(scope, echoService({ join })));
  const bad = [
    { ...REQUEST, callId: "1 2" },
    { ...REQUEST, name: "" },
    { ...REQUEST, name: "x".repeat(70_000) },
  ];
  for (const request of bad) await assert.rejects(bridge.join(request, ORIGIN), failsWith("BRIDGE_LINK_BAD_ANSWER"));
  assert.equal(joins, 0);
});

test("signalling carries text and bytes both ways in order, with the request and the origin first", async () => {
  await using scope = new Scope();
  const opened: [SignallingRequest, ClientOrigin][] = [];
  const openSignalling = (request: SignallingRequest, origin: ClientOrigin, stream: SignallingStream) => {
    opened.push([request, origin]);
    stream.onMessage((frame) => stream.send(frame));
  };
  const bridge = await up(await linkWorld(scope, echoService({ openSignalling })));
  const client = new FakeClient();
  bridge.openSignalling(SIGNALLING, ORIGIN, client);
  const frames = ["héllo", Uint8Array.of(0, 255), "", new Uint8Array(0)];
  for (const frame of frames) client.says(frame);
  await until(() => client.received.length === 4, "echoes");
  assert.deepEqual(client.received, frames);
  assert.deepEqual(opened, [[SIGNALLING, ARRIVED]]);
});

test("whoever closes, the other end is told the code and the reason once", async () => {
  await using scope = new Scope();
  const told: [number, string][] = [];
  const openSignalling = (request: SignallingRequest, _origin: ClientOrigin, stream: SignallingStream) => {
    stream.onClose((code, reason) => told.push([code, reason]));
    if (request.token === "refused") stream.close(4401, "token refused");
  };
  const bridge = await up(await linkWorld(scope, echoService({ openSignalling })));
  const [leaver, refused] = [new FakeClient(), new FakeClient()];
  bridge.openSignalling(SIGNALLING, ORIGIN, leaver);
  leaver.says("hello");
  leaver.leaves(1001, "tab closed");
  await until(() => told.length === 1, "close at the Call Bridge");
  bridge.openSignalling({ token: "refused", query: {} }, ORIGIN, refused);
  assert.deepEqual(await until(() => refused.closed, "close at the client"), { code: 4401, reason: "token refused" });
  assert.deepEqual(told, [
    [1001, "tab closed"],
    [4401, "token refused"],
  ]);
});

test("frames of a megabyte hold the client back and arrive whole; other streams go on meanwhile", async () => {
  await using scope = new Scope();
  const sizes: number[] = [];
  let slow: (SignallingStream & { pause?(): void; resume?(): void }) | undefined;
  const openSignalling = (request: SignallingRequest, _origin: ClientOrigin, stream: SignallingStream) => {
    if (request.token !== "slow") return stream.onMessage((frame) => stream.send(frame));
    slow = stream;
    stream.pause?.();
    stream.onMessage((frame) => sizes.push(frame.length));
  };
  const bridge = await up(await linkWorld(scope, echoService({ openSignalling })));
  const [big, small] = [new FakeClient(), new FakeClient()];
  bridge.openSignalling({ token: "slow", query: {} }, ORIGIN, big);
  bridge.openSignalling(SIGNALLING, ORIGIN, small);
  await until(() => slow, "stream opened");
  for (let i = 0; i < 3; i++) big.says(new Uint8Array(1_000_000).fill(i));
  assert.ok(big.pauses > 0);
  small.says("ping");
  await until(() => small.received.length === 1, "echo beside the full stream");
  assert.equal(big.resumes, 0);
  slow!.resume!();
  await until(() => sizes.length === 3, "big frames");
  assert.deepEqual(sizes, [1_000_000, 1_000_000, 1_000_000]);
  await until(() => big.resumes > 0, "client let go on");
});

test("a client that does not take what it is sent is closed, and the memory it takes stays bounded", async () => {
  await using scope = new Scope();
  let closed: number | undefined;
  const openSignalling = (_request: SignallingRequest, _origin: ClientOrigin, stream: SignallingStream) => {
    stream.onClose((code) => (closed = code));
    stream.onMessage(() => {});
    for (let i = 0; i < 10 && closed === undefined; i++) stream.send(new Uint8Array(1_000_000));
  };
  const bridge = await up(await linkWorld(scope, echoService({ openSignalling })));
  bridge.openSignalling(SIGNALLING, ORIGIN, new FakeClient());
  assert.equal(await until(() => closed, "close"), 1013);
});

test("a frame over the limit ends its stream with a protocol error and leaves the link alone", async () => {
  await using scope = new Scope();
  const bridge = await up(await linkWorld(scope));
  const client = new FakeClient();
  bridge.openSignalling(SIGNALLING, ORIGIN, client);
  client.says(new Uint8Array(1_048_577));
  assert.equal((await until(() => client.closed, "close")).code, 1002);
  assert.deepEqual(await bridge.join(REQUEST, ORIGIN), ADMITTED);
});

test("a thousand signalling streams live on one link and end without breaking it", async () => {
  await using scope = new Scope();
  const bridge = await up(await linkWorld(scope));
  const clients = Array.from({ length: 1000 }, () => new FakeClient());
  for (const client of clients) {
    bridge.openSignalling(SIGNALLING, ORIGIN, client);
    client.says("hello");
  }
  await until(() => clients.every((client) => client.received.length === 1), "echoes", 15_000);
  for (const client of clients) client.leaves(1006, "");
  assert.deepEqual(await bridge.join(REQUEST, ORIGIN), ADMITTED);
});
