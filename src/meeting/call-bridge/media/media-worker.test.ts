import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock, Scope } from "#base";
import type { MediaEvent, MediaRequest, SourceOptions, WorkerStats } from "./control.ts";
import { MediaWorker } from "./media-worker.ts";
import { MemoryHost } from "./testing-host.ts";

const OPUS = { mimeType: "audio/opus", payloadType: 111 } as const;

function testWorker(scope: Scope) {
  const [host, events] = [new MemoryHost(), [] as MediaEvent[]];
  const emit = (event: MediaEvent) => void events.push(event);
  const worker = new MediaWorker(scope, { host, clock: new ManualClock(), random: () => 0, emit });
  const open = (legId: string, callId = "call", via: "edge" | "inside" = "inside") =>
    worker.handle({ do: "openLeg", legId, callId, via, permit: ["192.0.2.1"] });
  return { worker, host, events, open, leg: (legId: string) => host.transports.get(legId)! };
}

const source = (legId: string): SourceOptions => ({
  ...{ sourceId: `${legId}-a`, legId, mid: "0", kind: "audio", codecs: [OPUS] },
  ...{ extensions: {}, rids: [], ssrcs: [{ media: 7 }] },
});

const subscribe = (legId: string, sourceId: string): MediaRequest => ({
  do: "addSubscription",
  subscription: {
    ...{ subscriptionId: `${legId}<${sourceId}`, legId, sourceId, mid: "1", ssrc: 70, rtxSsrc: 71 },
    ...{ codecs: [{ ...OPUS, payloadType: 9 }], extensions: {} },
  },
});

/** Payload type 111, SSRC 7. */
const PACKET = Buffer.from("806f00010000000a00000007aabb", "hex");

test("what one leg sends reaches the other under its numbers, and stops when either ends", async () => {
  await using scope = new Scope();
  const { worker, open, leg } = testWorker(scope);
  await open("a");
  await open("b");
  worker.handle({ do: "addSource", source: source("a") });
  worker.handle(subscribe("b", "a-a"));
  leg("a").events.onRtp(Buffer.from(PACKET), 0);
  assert.equal(leg("b").sent.rtp.length, 1);
  assert.equal(leg("b").sent.rtp[0]!.readUInt32BE(8), 70);
  assert.equal(leg("b").sent.rtp[0]![1], 9);
  worker.handle({ do: "closeLeg", legId: "b" });
  assert.equal(leg("b").state.state, "closed");
  leg("a").events.onRtp(Buffer.from(PACKET), 0);
  assert.equal(leg("b").sent.rtp.length, 1);
});

test("a subscription that begins paused is sent nothing, not even the packet right after, until it is resumed", async () => {
  await using scope = new Scope();
  const { worker, open, leg } = testWorker(scope);
  for (const legId of ["a", "b"]) await open(legId);
  worker.handle({ do: "addSource", source: source("a") });
  const add = subscribe("b", "a-a") as Extract<MediaRequest, { do: "addSubscription" }>;
  worker.handle({ ...add, forwarding: { maxLayer: 2, paused: true } });
  leg("a").events.onRtp(Buffer.from(PACKET), 0);
  assert.equal(leg("b").sent.rtp.length, 0);
  worker.handle(add);
  leg("a").events.onRtp(Buffer.from(PACKET), 0);
  assert.equal(leg("b").sent.rtp.length, 0, "negotiated anew it stays as it was");
  worker.handle({ do: "setSubscription", subscriptionId: "b<a-a", maxLayer: 2, paused: false });
  const next = Buffer.from(PACKET);
  next.writeUInt16BE(2, 2);
  leg("a").events.onRtp(next, 0);
  assert.equal(leg("b").sent.rtp.length, 1);
});

test("a leg whose transport ends by itself is told and gone", async () => {
  await using scope = new Scope();
  const { worker, open, leg, events } = testWorker(scope);
  await open("a");
  leg("a").close({ code: "MEDIA_PEER_CLOSED", detail: "it left" });
  assert.deepEqual(events, [
    { event: "leg", legId: "a", state: { state: "closed", code: "MEDIA_PEER_CLOSED", detail: "it left" } },
  ]);
  assert.throws(() => worker.handle({ do: "restartIce", legId: "a" }), { code: "MEDIA_UNKNOWN_LEG" });
  await open("a");
});

test("transport requests reach the leg's transport", async () => {
  await using scope = new Scope();
  const { worker, open, leg } = testWorker(scope);
  assert.equal(((await open("a")) as { iceUfrag: string }).iceUfrag, "a");
  worker.handle({ do: "permit", legId: "a", address: "192.0.2.2" });
  assert.deepEqual(leg("a").permitted, ["192.0.2.1", "192.0.2.2"]);
  const fingerprint = { algorithm: "sha-256", value: "BB" };
  worker.handle({ do: "setRemote", legId: "a", fingerprint, sctpPort: 5000 });
  assert.deepEqual((leg("a").remote as { fingerprint: unknown }).fingerprint, fingerprint);
  assert.equal((worker.handle({ do: "restartIce", legId: "a" }) as { iceUfrag: string }).iceUfrag, "a2");
});

test("data goes to the legs named that are still here; data and lost paths of legs are told", async () => {
  await using scope = new Scope();
  const { worker, open, leg, events } = testWorker(scope);
  await open("a");
  await open("b");
  worker.handle({ do: "sendData", legIds: ["b", "gone"], label: "_lossy", data: Buffer.from("hello") });
  assert.deepEqual(leg("b").sent.data, ["_lossy:hello"]);
  leg("a").events.onData("_reliable", Buffer.from("x"));
  leg("a").events.onPathLost();
  assert.deepEqual(
    events.map((event) => event.event),
    ["data", "pathLost"],
  );
});

test("wrong ids are refused by code, and never by doing something else", async () => {
  await using scope = new Scope();
  const { worker, open } = testWorker(scope);
  await open("a");
  await open("x", "other call");
  worker.handle({ do: "addSource", source: source("a") });
  await assert.rejects(open("a") as Promise<unknown>, { code: "MEDIA_LEG_EXISTS" });
  for (const [request, code] of [
    [{ do: "addSource", source: source("none") }, "MEDIA_UNKNOWN_LEG"],
    [subscribe("none", "a-a"), "MEDIA_UNKNOWN_LEG"],
    [subscribe("a", "none"), "MEDIA_UNKNOWN_SOURCE"],
    [subscribe("x", "a-a"), "MEDIA_OTHER_CALL"],
    [{ do: "muteSource", sourceId: "none", muted: true }, "MEDIA_UNKNOWN_SOURCE"],
    [{ do: "setSubscription", subscriptionId: "none", maxLayer: 0, paused: false }, "MEDIA_UNKNOWN_SUBSCRIPTION"],
    [{ do: "permit", legId: "none", address: "192.0.2.1" }, "MEDIA_UNKNOWN_LEG"],
  ] as const)
    assert.throws(() => worker.handle(request), { code }, request.do);
  worker.handle({ do: "closeLeg", legId: "none" });
  worker.handle({ do: "removeSource", sourceId: "none" });
});

test("a guest's leg waits for the relays, an inside one does not", async () => {
  await using scope = new Scope();
  const { host, open } = testWorker(scope);
  const settled = Promise.withResolvers<void>();
  host.settled = settled.promise;
  await open("inside");
  const guest = open("guest", "call", "edge") as Promise<unknown>;
  await Promise.resolve();
  assert.equal(host.transports.has("guest"), false);
  settled.resolve();
  await guest;
  assert.equal(host.transports.has("guest"), true);
});

test("stats name each leg with its state and packets", async () => {
  await using scope = new Scope();
  const { worker, open } = testWorker(scope);
  await open("a");
  const none = { packetsIn: 0, packetsOut: 0, nacksAnswered: 0, rx: [], tx: [] };
  const { legs, edges, cpuPercent } = worker.handle({ do: "stats" }) as WorkerStats;
  assert.deepEqual({ legs, edges }, { legs: [{ legId: "a", state: { state: "new" }, ...none }], edges: [] });
  assert.ok(cpuPercent >= 0);
});
