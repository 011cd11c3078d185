import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { ManualClock, memoryLog, Scope } from "#base";
import { nativeAvailable } from "#native";
import { attributes, MessageClass } from "#stun";
import { until } from "#until";
import type { LegState } from "../control.ts";
import type { TransportEvents, TransportHost } from "./contract.ts";
import { openTransportHost } from "./host.ts";
import { openIceClient } from "./testing/ice-client.ts";

const skip = nativeAvailable() ? false : "the native addon is not built";
const FINGERPRINT = { algorithm: "sha-256", value: "AB:".repeat(31) + "AB" };

test("an authentic check is answered with the address it came from, and nothing else is", { skip }, async () => {
  await using world = await open();
  const { local } = world.leg();
  for (const wrong of [{ pwd: "x".repeat(24) }, { ufrag: "unknown" }, { unsigned: true }, { ufrag: "" }])
    world.client.sendCheck(local, wrong);
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(3), Buffer.alloc(20), Buffer.alloc(1400, 1)])
    world.client.send(bytes);
  await until(() => {
    const { malformed, unauthentic } = world.host.counters;
    return malformed + unauthentic === 8;
  }, "all of them are counted");
  const answer = await world.client.check(local);
  assert.equal(answer?.class, MessageClass.success);
  assert.deepEqual(answer?.get(attributes.xorMappedAddress), { address: "127.0.0.1", port: world.client.port });
  assert.equal(world.client.received.length, 1, "no answer to the wrong ones");
});

test("media and DTLS from an address that no check has come from are dropped in silence", { skip }, async () => {
  await using world = await open();
  const { local } = world.leg();
  world.client.send(Buffer.concat([Buffer.from("16fefd", "hex"), Buffer.alloc(60)]));
  world.client.send(Buffer.alloc(100, 0x80));
  await until(() => world.host.counters.unknownTuple === 2, "both are counted");
  await world.client.check(local);
  assert.equal(world.client.received.length, 1);
});

test("a participant cannot take over an address that another one uses", { skip }, async () => {
  await using world = await open();
  const [ana, eve] = [world.leg(), world.leg()];
  await world.client.check(ana.local);
  world.client.sendCheck(eve.local, { nominate: true });
  await until(() => world.host.counters.unauthentic === 1, "the check is refused");
  assert.equal(eve.state.state, "new");
  world.clock.advance(6000);
  assert.ok(await world.client.check(eve.local), "after the first has been silent it can");
});

test("DTLS is told to the nominated path", { skip }, async () => {
  await using world = await open();
  const leg = world.leg();
  leg.setRemote({ fingerprint: FINGERPRINT });
  const other = await openIceClient(world.scope, world.address);
  await world.client.check(leg.local);
  assert.deepEqual(leg.state, { state: "connecting" });
  await other.check(leg.local, { nominate: true });
  world.client.send(CLIENT_HELLO);
  await until(() => other.received.length === 2, "the answer goes to the nominated path");
  assert.equal(other.received[1]![0], 22);
  assert.equal(world.client.received.length, 1);
});

test("after an ICE restart both passwords work until the new one is nominated", { skip }, async () => {
  await using world = await open();
  const leg = world.leg();
  const old = leg.local;
  const fresh = leg.restartIce();
  assert.notEqual(fresh.iceUfrag, old.iceUfrag);
  assert.equal(fresh.fingerprint.value, old.fingerprint.value);
  assert.ok(await world.client.check(old, { nominate: true }));
  assert.ok(await world.client.check(fresh, { nominate: true }));
  world.client.sendCheck(old);
  await until(() => world.host.counters.unauthentic === 1, "the old one is forgotten");
});

test("many restarts leave two generations at most", { skip }, async () => {
  await using world = await open();
  const leg = world.leg();
  const first = leg.local;
  for (let n = 0; n < 5; n++) leg.restartIce();
  world.client.sendCheck(first);
  await until(() => world.host.counters.unauthentic === 1, "the first one is forgotten");
  assert.ok(await world.client.check(leg.local));
});

test("steps that take too long close the leg with the reason", { skip }, async () => {
  await using world = await open();
  const [silent, halfway, unset] = [world.leg(), world.leg(), world.leg()];
  silent.setRemote({ fingerprint: FINGERPRINT });
  halfway.setRemote({ fingerprint: FINGERPRINT });
  await world.client.check(halfway.local);
  world.clock.advance(15_000);
  await until(() => silent.state.state === "closed" && halfway.state.state === "closed", "both are closed");
  assert.deepEqual(world.states.get(silent)?.at(-1), {
    ...{ state: "closed", code: "MEDIA_ICE_TIMEOUT" },
    detail: "no ICE check arrived within 15 s (candidates told: 1)",
  });
  assert.equal((halfway.state as { code: string }).code, "MEDIA_DTLS_TIMEOUT");
  assert.equal(unset.state.state, "new", "its client has not been heard of yet");
  world.client.sendCheck(silent.local);
  await until(() => world.host.counters.unauthentic === 1, "a closed leg answers no more");
});

test("no datagram causes a fault, whoever sends it", { skip }, async () => {
  await using world = await open();
  const leg = world.leg();
  leg.setRemote({ fingerprint: FINGERPRINT });
  const stranger = await openIceClient(world.scope, world.address);
  await world.client.check(leg.local);
  for (let first = 0; first < 256; first++)
    for (const length of [1, 2, 12, 13, 30, 200]) {
      const bytes = randomBytes(length);
      bytes[0] = first;
      if (first < 4 && length >= 20) bytes.writeUInt32BE(0x2112a442, 4);
      for (const client of [world.client, stranger]) client.send(bytes);
      if (length === 200) await new Promise((resolve) => setImmediate(resolve));
    }
  await stranger.check(world.leg().local);
  assert.deepEqual(
    world.log.lines.filter(({ level }) => level === "error"),
    [],
  );
});

test("a fingerprint that cannot be checked closes the leg", { skip }, async () => {
  await using world = await open();
  const leg = world.leg();
  leg.setRemote({ fingerprint: { algorithm: "sha-1", value: "AB" } });
  await world.client.check(leg.local);
  assert.equal((leg.state as { code: string }).code, "MEDIA_DTLS_FINGERPRINT_UNSUPPORTED");
});

test("close is told once, and a closed leg takes every call in silence", { skip }, async () => {
  await using world = await open();
  const leg = world.leg();
  leg.close({ code: "LEFT", detail: "by test" });
  leg.close({ code: "AGAIN", detail: "" });
  leg.permit("198.51.100.1");
  leg.sendRtp(Buffer.alloc(20, 0x80));
  leg.sendRtcp(Buffer.alloc(20, 0x80));
  leg.sendData("_lossy", Buffer.from("x"));
  leg.setRemote({ fingerprint: FINGERPRINT });
  leg.restartIce();
  assert.deepEqual(world.states.get(leg), [{ state: "closed", code: "LEFT", detail: "by test" }]);
});

test("the end of the host ends its legs", { skip }, async () => {
  const world = await open();
  const leg = world.leg();
  await world[Symbol.asyncDispose]();
  assert.deepEqual(leg.state, { state: "closed", code: "owner-closed", detail: "" });
});

test("a taken port is named", { skip }, async () => {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  await assert.rejects(open(port), { code: "MEDIA_LISTEN_FAILED", message: new RegExp(`127.0.0.1:${port} `) });
  socket.close();
});

test("an edge that is not there is told as failed, and legs are opened without its relay", { skip }, async () => {
  await using world = await open(0, true);
  await world.host.edgesSettled();
  const [edge] = world.host.edges;
  assert.ok(edge && edge.state !== "ready");
  assert.deepEqual(world.leg("edge").local.candidates, []);
  assert.equal(world.leg("inside").local.candidates.length, 1);
});

/** A ClientHello without cookie, long enough for OpenSSL to answer it: built as dtls.test.ts of #native does. */
const CLIENT_HELLO = Buffer.from(
  "16fefd0000000000000000005f01000053000000000000005 3fefd".replaceAll(" ", "") +
    "5a".repeat(32) +
    "00000002c02b01000027000a00060004001d0017000b00020100000d00060004040308 04000e0005000200070000170000".replaceAll(
      " ",
      "",
    ),
  "hex",
);

async function open(port = 0, withDeadEdge = false) {
  const scope = new Scope();
  const clock = new ManualClock();
  const log = memoryLog();
  const states = new Map<object, LegState[]>();
  const edge = {
    ...{ id: "e1", serverAddress: "127.0.0.1", port: 9, transport: "tcp" as const },
    credentials: { kind: "static" as const, username: "u", password: "p" },
  };
  const options = {
    listen: { address: "127.0.0.1", advertised: "127.0.0.1", port },
    edges: withDeadEdge ? [edge] : [],
    onEdge: () => {},
  };
  const host: TransportHost = await openTransportHost(scope, options, clock, log).catch(async (error) => {
    await scope.close();
    throw error;
  });
  let legs = 0;
  const leg = (via: "edge" | "inside" = "inside") => {
    const told: LegState[] = [];
    const events: TransportEvents = {
      onRtp: () => {},
      onRtcp: () => {},
      onData: () => {},
      onState: (state) => void told.push(state),
      onPathLost: () => {},
    };
    const transport = host.openTransport(`leg${legs++}`, via, events);
    states.set(transport, told);
    return transport;
  };
  const probe = leg();
  const address = { address: "127.0.0.1", port: probe.local.candidates[0]!.port };
  probe.close({ code: "PROBE", detail: "" });
  const client = await openIceClient(scope, address);
  return {
    ...{ scope, clock, log, host, states, leg, client, address },
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      await scope.close();
    },
  };
}
