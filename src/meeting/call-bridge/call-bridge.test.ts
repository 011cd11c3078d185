import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  AddTrackRequest,
  JoinRequest as LiveKitJoin,
  SessionDescription,
  SignalRequest,
  SignalResponse,
  TrackSource,
  TrackType,
  WrappedJoinRequest,
} from "@livekit/protocol";
import { ManualClock, memoryLog, Scope } from "#base";
import type { ClientOrigin, SignallingStream } from "#bridge-link";
import type { LegRequest, LocalTransport, MediaPool, PoolEvent } from "#media";
import type { AccessProof, Space, SpaceStore } from "#storage";
import { startCallBridge } from "./call-bridge.ts";

const INSIDE: ClientOrigin = { address: "10.0.0.7", via: "inside", traceId: "0123456789abcdef" };
const OUTSIDE: ClientOrigin = { address: "198.51.100.7", via: "edge", traceId: "0123456789abcdef" };

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
      admitted: false,
      error: { code: "JOIN_REFUSED", message: "The meeting ID or the passcode is not right.", traceId: INSIDE.traceId },
    });
  }
});

test("an admitted guest outside gets TURN over UDP and TCP; who is inside needs none", async () => {
  await using world = await testWorld();
  const outside = await world.bridge.join({ callId: SPACE.callId, secret: SPACE.secret, name: " Ana\n" }, OUTSIDE);
  assert.ok(outside.admitted);
  assert.equal(outside.participant.name, "Ana");
  assert.deepEqual(outside.iceServers[0]?.urls, [
    "turn:203.0.113.10:3478?transport=udp",
    "turn:203.0.113.10:3478?transport=tcp",
  ]);
  assert.match(outside.iceServers[0]?.username ?? "", /^\d+:guest:guest-/);
  const inside = await world.bridge.join({ callId: SPACE.callId, passcode: "2468", name: "Rui" }, INSIDE);
  assert.deepEqual(inside.admitted && inside.iceServers, []);
});

test("after ten failures in a minute an address is told how long to wait, also if it knows the passcode now", async () => {
  await using world = await testWorld();
  const guess = (origin = OUTSIDE, passcode = "0") =>
    world.bridge.join({ callId: SPACE.callId, passcode, name: "E" }, origin);
  for (let i = 0; i < 10; i++) assert.equal(codeOf(await guess()), "JOIN_REFUSED");
  const answer = await guess(OUTSIDE, "2468");
  assert.ok(!answer.admitted && answer.error.code === "JOIN_RATE_LIMITED" && answer.error.retryAfter === 60);
  assert.ok((await guess(INSIDE, "2468")).admitted, "others are not hindered");
  world.clock.advance(60_001);
  assert.ok((await guess(OUTSIDE, "2468")).admitted);
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
  assert.ok((await world.bridge.join({ callId: SPACE.callId, secret: SPACE.secret, name: "A" }, from(99))).admitted);
});

test("good joins never count as guesses", async () => {
  await using world = await testWorld();
  for (let i = 0; i < 50; i++)
    assert.ok((await world.bridge.join({ callId: SPACE.callId, passcode: "2468", name: "A" }, OUTSIDE)).admitted);
});

test("refused relay credentials: guests outside are told at once, the event log names ICE failure 4, inside goes on", async () => {
  await using world = await testWorld();
  world.emit({
    worker: 0,
    media: {
      event: "edge",
      edge: {
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
  assert.ok((await world.bridge.join({ callId: SPACE.callId, secret: SPACE.secret, name: "Rui" }, INSIDE)).admitted);
});

test("a token is good, bad, or for a space that is gone", async () => {
  await using world = await testWorld();
  const answer = await world.bridge.join({ callId: SPACE.callId, secret: SPACE.secret, name: "A" }, INSIDE);
  assert.ok(answer.admitted);
  assert.equal((await world.bridge.validateToken(answer.token)).status, 200);
  assert.equal((await world.bridge.validateToken("x")).status, 401);
  world.spaces.clear();
  assert.deepEqual(await world.bridge.validateToken(answer.token), {
    status: 404,
    text: "requested room does not exist",
  });
});

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
  assert.deepEqual(new Set(world.opened.map(({ callId }) => callId)), new Set([SPACE.callId]));
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
  await until("the call has ended", () => world.bridge.status().calls.length === 0);
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

test("a new relay is told to guests who are still connecting, and only to them", async () => {
  await using world = await testWorld();
  const ana = await world.enter("Ana", OUTSIDE);
  const rui = await world.enter("Rui", INSIDE);
  await ana.until((said) => said.includes("answer"));
  const relayed = { address: "203.0.113.10", port: 24_007 };
  world.emit({
    worker: 0,
    media: { event: "edge", edge: { serverAddress: "10.0.1.2", state: "ready", relayed, rttMs: 1 } },
  });
  await ana.until((said) => said.includes("trickle"));
  assert.ok(!rui.said.includes("trickle"));
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

const SPACE: Space = {
  ...{ id: "space-1", name: "Team", uri: undefined, callId: "123456789", secret: "s".repeat(22) },
  ...{ hasPasscode: true, createdAt: 0 },
};

async function testWorld() {
  const scope = new Scope();
  const clock = new ManualClock();
  const spaces = new Map([[SPACE.id, SPACE]]);
  const events: string[] = [];
  const media = recordingPool();
  const bridge = await startCallBridge(scope, {
    name: "cb1",
    spaces: store(spaces),
    turnServers: [
      {
        ...{ serverAddress: "10.0.1.2", port: 3478, transport: "udp", clientAddress: "203.0.113.10" },
        credentials: { kind: "short-term", sharedSecret: "north" },
      },
    ],
    openMedia: (onEvent) => media.open(onEvent),
    clock,
    log: memoryLog(),
    eventLine: (level, text) => events.push(`${level}: ${text}`),
  });
  const enter = async (name: string, origin: ClientOrigin) => {
    const answer = await bridge.join({ callId: SPACE.callId, secret: SPACE.secret, name }, origin);
    assert.ok(answer.admitted);
    const socket = new TestSocket(answer.token);
    const publisherOffer = new SessionDescription({ type: "offer", sdp: captured("join"), id: 1 });
    bridge.openSignalling({ token: answer.token, query: joinQuery({ publisherOffer }) }, origin, socket);
    await socket.until((said) => said.includes("join"));
    return socket;
  };
  const { requests, opened, emit } = media;
  return { bridge, clock, spaces, events, requests, opened, emit, enter, [Symbol.asyncDispose]: () => scope.close() };
}

/** Stands for the media workers: takes everything and keeps it. */
function recordingPool() {
  const requests: LegRequest[] = [];
  const opened: { legId: string; callId: string; via: string; permit: readonly string[] }[] = [];
  let emit: (event: PoolEvent) => void = () => {};
  let generation = 0;
  const local = (): LocalTransport => ({
    iceUfrag: `ufrag${++generation}`,
    icePwd: "p".repeat(22),
    fingerprint: { algorithm: "sha-256", value: Array(32).fill("AB").join(":") },
    candidates: [],
  });
  const pool: MediaPool = {
    openLeg: async (leg) => {
      opened.push(leg);
      return local();
    },
    request: async (_legId, request) => {
      requests.push(request);
      return (request.do === "restartIce" ? local() : undefined) as never;
    },
    workerOf: () => 0,
    stats: async () => [],
  };
  const open = async (onEvent: (event: PoolEvent) => void) => {
    emit = onEvent;
    return pool;
  };
  return { requests, opened, open, emit: (event: PoolEvent) => emit(event) };
}

function store(spaces: Map<string, Space>): SpaceStore {
  const unused = () => Promise.reject(new Error("not used"));
  return {
    createSpace: unused,
    findSpace: async (id) => spaces.get(id),
    findByCallId: unused,
    listSpaces: unused,
    deleteSpace: unused,
    verifyAccess: async (callId: string, { secret, passcode }: AccessProof) => {
      await Promise.resolve();
      const space = [...spaces.values()].find((one) => one.callId === callId);
      return space && (secret === space.secret || passcode === "2468") ? space : undefined;
    },
    signingKey: async () => new Uint8Array(32).fill(1),
  };
}

class TestSocket implements SignallingStream {
  readonly token: string;
  readonly said: (string | undefined)[] = [];
  sid = "";
  closedWith: number | undefined;
  listener: ((frame: Uint8Array | string) => void) | undefined;
  #onClose: ((code: number, reason: string) => void) | undefined;

  constructor(token = "") {
    this.token = token;
  }

  send(frame: Uint8Array | string): void {
    const { message } = SignalResponse.fromBinary(frame as Uint8Array);
    this.said.push(message.case);
    if (message.case === "join") this.sid = message.value.participant!.sid;
  }

  onMessage(listener: (frame: Uint8Array | string) => void): void {
    this.listener = listener;
  }

  onClose(listener: (code: number, reason: string) => void): void {
    this.#onClose = listener;
  }

  close(code: number, reason: string): void {
    this.closedWith = code;
    this.#onClose?.(code, reason);
  }

  drop(): void {
    this.#onClose?.(1006, "");
  }

  say(message: SignalRequest["message"]): void {
    this.listener?.(new SignalRequest({ message }).toBinary());
  }

  async until(condition: (said: readonly (string | undefined)[]) => boolean): Promise<boolean> {
    await until(`said ${this.said}`, () => condition(this.said));
    return true;
  }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  await using scope = new Scope();
  for (let i = 0; i < 300; i++) {
    if (condition()) return;
    await scope.sleep(10);
  }
  assert.fail(`not within 3 s: ${what}`);
}

function joinQuery(change: Partial<LiveKitJoin> = {}): Record<string, string> {
  const joinRequest = new LiveKitJoin({
    ...change,
    connectionSettings: { autoSubscribe: true },
  } as Partial<LiveKitJoin>).toBinary();
  return { join_request: Buffer.from(new WrappedJoinRequest({ joinRequest }).toBinary()).toString("base64url") };
}

/** Offers of Chromium, from the tests of media signalling. */
function captured(name: string): string {
  const file = `../media-signalling/testdata/chromium-156-livekit-client-2.23.0-${name}.sdp`;
  return readFileSync(new URL(file, import.meta.url), "utf8");
}

function codeOf(answer: { admitted: boolean; error?: { code: string } }): string | undefined {
  return answer.error?.code;
}
