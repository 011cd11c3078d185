import assert from "node:assert/strict";
import { createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { ManualClock, Scope } from "#base";
import { fingerprintOf, issueServer } from "#certificates";
import { listen } from "#listeners";
import { until } from "#until";
import { testServer, type Zone } from "../../../platform/dns/testing.ts";
import type { ReachProblem } from "./failure.ts";
import type { Trust } from "./reach.ts";
import type { TargetSet } from "./target-set.ts";
import {
  address,
  authority,
  bridge,
  certificate,
  HOST,
  inState,
  portsTaken,
  resolver,
  SRV,
  srv,
  stranger,
  targetSet,
  trusted,
} from "./testing.ts";

const WB = { "A wb.example.com": [address("wb.example.com", "127.0.0.1")] };

async function named(t: TestContext, zone: Zone) {
  const scope = new Scope();
  t.after(() => scope.close());
  return testServer(scope, { ...WB, ...zone });
}

async function targets(t: TestContext, zone: Zone, trust: Trust = trusted): Promise<TargetSet> {
  return targetSet(t, resolver(await named(t, zone)), { trust }).set;
}

test("active targets of the best priority share by weight; a failed one is skipped, then the next priority steps in", async (t) => {
  const [a, b, spare] = [await bridge(t), await bridge(t), await bridge(t)];
  const set = await targets(t, { [SRV]: [srv(a.port, 10, 2), srv(b.port, 10, 1), srv(spare.port, 20)] });
  await inState(set, 3, "active");
  const { [a.port]: toA, [b.port]: toB } = Object.groupBy(await portsTaken(set, 6), String);
  assert.deepEqual([toA?.length, toB?.length], [4, 2]);
  a.stop();
  assert.deepEqual(new Set(await portsTaken(set, 3)), new Set([b.port]), "one that fails while connecting moves on");
  const [row] = await inState(set, 1, "failed");
  assert.equal(row!.problem, "refused");
  assert.match(row!.lastError, /^connection refused/);
  b.stop();
  assert.deepEqual(new Set(await portsTaken(set, 2)), new Set([spare.port]));
  spare.stop();
  await inState(set, 3, "failed");
  await assert.rejects(set.choose(), { code: "CORE_WEB_BRIDGE_UNREACHABLE", message: /connection refused/ });
  spare.server.listen(spare.port, "127.0.0.1");
  await inState(set, 1, "active");
  assert.deepEqual(await portsTaken(set, 1), [spare.port]);
});

test("a target shows its round trip and when it is asked next", async (t) => {
  const { port } = await bridge(t);
  const set = await targets(t, { [SRV]: [srv(port)] });
  const [row] = await inState(set, 1, "active");
  assert.ok(row!.rttMs !== undefined && row!.rttMs >= 0);
  assert.ok(row!.nextProbeAt > row!.since - 1000);
  assert.deepEqual(
    [row!.name, row!.address, row!.priority, row!.weight],
    ["wb.example.com", `127.0.0.1:${port}`, 10, 5],
  );
});

const expired = await issueServer(authority, { names: [HOST], days: 1 }, Date.now() - 10 * 86_400_000);
const future = await issueServer(authority, { names: [HOST] }, Date.now() + 10 * 86_400_000);
const misnamed = await issueServer(authority, { names: ["wb.example.com"] });
const pin = (pem: string): Trust => ({ kind: "pinned", fingerprints: [fingerprintOf(pem)] });
const wrong: readonly [string, Parameters<typeof bridge>[1], typeof certificate, Trust, ReachProblem, RegExp][] = [
  ["that answers 503", 503, certificate, trusted, "answer", /answered 503/],
  [
    "of another authority",
    200,
    certificate,
    { kind: "authorities", certificates: [stranger.certificate] },
    "certificate",
    /issued by "inside", none of those in `ca`/,
  ],
  [
    "that the system does not trust",
    200,
    certificate,
    { kind: "system" },
    "certificate",
    /issued by "inside", none that this system trusts/,
  ],
  ["whose certificate has expired", 200, expired, trusted, "certificate", /not trusted: it expired on 20\d\d-/],
  [
    "whose certificate is not valid yet",
    200,
    future,
    trusted,
    "certificate",
    /valid from .* on \(is a clock wrong\?\)/,
  ],
  [
    "whose certificate is for the SRV record's name",
    200,
    misnamed,
    trusted,
    "certificate",
    /is for wb.example.com, not for join.example.com/,
  ],
  [
    "that is not the pinned one",
    200,
    certificate,
    pin(authority.certificate),
    "certificate",
    /not the pinned one: it has SHA-256 [0-9A-F]{2}:/,
  ],
];
for (const [what, answer, pair, trust, problem, words] of wrong)
  test(`a target ${what} has failed, and is told so in words`, async (t) => {
    const { port } = await bridge(t, answer, pair);
    const set = await targets(t, { [SRV]: [srv(port)] }, trust);
    const [row] = await inState(set, 1, "failed");
    assert.match(row!.lastError, words);
    assert.equal(row!.problem, problem);
    await assert.rejects(set.choose(), { code: "CORE_WEB_BRIDGE_UNREACHABLE", message: words });
  });

test("any HTTPS server is a Web Bridge, also one without our health page; pinned, neither name nor date matter", async (t) => {
  const [other, old] = [await bridge(t, 404), await bridge(t, 200, expired)];
  await inState(await targets(t, { [SRV]: [srv(other.port)] }), 1, "active");
  await inState(await targets(t, { [SRV]: [srv(old.port)] }, pin(expired.certificate)), 1, "active");
});

for (const [what, speak, problem, words] of [
  ["that speaks no TLS", "SSH-2.0-x\r\n", "tls", /does not speak TLS/],
  ["that says nothing", "", "timeout", /no answer within 1000 ms/],
] as const)
  test(`a target ${what} is told so`, async (t) => {
    const scope = new Scope();
    t.after(() => scope.close());
    const server = createServer((socket) => {
      socket.on("error", () => {});
      scope.defer(() => void socket.destroy());
      if (speak) socket.write(speak);
    });
    const { port } = await listen(scope, server, { address: "127.0.0.1", port: 0 });
    const [row] = await inState(await targets(t, { [SRV]: [srv(port)] }), 1, "failed");
    assert.equal(row!.problem, problem);
    assert.match(row!.lastError, words);
  });

test("a check that comes back to this core is a circle, and that target is never used", async (t) => {
  let came: (trace: string) => boolean = () => false;
  const { port } = await bridge(t, (request, response) => {
    assert.equal(came(String(request.headers["x-turnpike-trace"])), true);
    response.writeHead(403).end();
  });
  const { set, traces } = targetSet(t, resolver(await named(t, { [SRV]: [srv(port)] })));
  came = (trace) => traces.hasReturned(trace);
  await assert.rejects(set.choose(), { message: /leads back to the edge/ });
  assert.equal((await inState(set, 1, "failed"))[0]!.problem, "loop");
  assert.equal(traces.hasReturned("0123456789abcdef"), false);
});

test("names are looked up again when their life ends, at least 30 s apart and at most an hour", async (t) => {
  const [a, b] = [await bridge(t), await bridge(t)];
  const clock = new ManualClock();
  const server = await named(t, { [SRV]: [srv(a.port, 10, 5, "wb.example.com", 5)] });
  const { set } = targetSet(t, resolver(server, clock), {}, clock);
  await inState(set, 1, "active");
  assert.equal(set.row().lookup.nextAt, clock.now() + 30_000);
  server.zone[SRV] = [srv(b.port, 10, 5, "wb.example.com", 86_400)];
  server.zone["A wb.example.com"] = [address("wb.example.com", "127.0.0.1", 86_400)];
  const asked = server.asked.length;
  clock.advance(29_000);
  await set.choose();
  assert.equal(server.asked.length, asked);
  // The address, which lives 60 s, is still the old one's.
  clock.advance(32_000);
  await until(() => set.row().targets[0]?.address === `127.0.0.1:${b.port}`, "the new target is there");
  await inState(set, 1, "active");
  assert.deepEqual(await portsTaken(set, 1), [b.port]);
  await until(() => set.row().lookup.at === clock.now(), "it was asked anew");
  clock.advance(3_600_000);
  await until(() => set.row().lookup.at === clock.now(), "it was asked within the hour");
  assert.equal(set.row().lookup.nextAt, clock.now() + 3_600_000);
});

test("a look-up that fails keeps the last good answer, and shows why", async (t) => {
  const { port } = await bridge(t);
  const clock = new ManualClock();
  const server = await named(t, { [SRV]: [srv(port)] });
  const { set, log } = targetSet(t, resolver(server, clock), {}, clock);
  await inState(set, 1, "active");
  server.zone[SRV] = 2;
  clock.advance(60_000);
  const error = await until(() => set.row().lookup.error, "the failure shows");
  assert.equal(error.code, "DNS_SERVER_FAILED");
  assert.deepEqual(await portsTaken(set, 1), [port]);
  server.zone[SRV] = [srv(port)];
  clock.advance(30_000);
  await until(() => set.row().lookup.error === undefined, "it is mended");
  const events = log.lines.map(({ event }) => event);
  assert.deepEqual(events, ["web bridge is active", "join host does not resolve", "join host resolves again"]);
});

test("a name that does not exist is the reason, until it does", async (t) => {
  const { port } = await bridge(t);
  const server = await named(t, {});
  const { set } = targetSet(t, resolver(server));
  await assert.rejects(set.choose(), { code: "CORE_WEB_BRIDGE_UNREACHABLE", message: /does not exist/ });
  assert.deepEqual([set.row().source, set.row().lookup.error?.code], ["none", "DNS_NO_SUCH_NAME"]);
  server.zone[SRV] = [srv(port)];
  await set.check();
  assert.equal(set.row().source, "none", "the answer is kept for its life");
});

test("another trust and another place are taken over at once, and what is the same keeps its state", async (t) => {
  const [a, b] = [await bridge(t), await bridge(t)];
  const server = await named(t, { [SRV]: [srv(a.port)] });
  const { set } = targetSet(t, resolver(server));
  const [before] = await inState(set, 1, "active");
  set.configure({ trust: { ...trusted } });
  assert.deepEqual(set.row().targets, [{ ...before!, ...set.row().targets[0]!, since: before!.since }]);
  set.configure({ trust: { kind: "authorities", certificates: [stranger.certificate] } });
  await assert.rejects(set.choose(), { message: /none of those in `ca`/ });
  set.configure({ trust: trusted, target: { address: "127.0.0.1", port: b.port } });
  assert.deepEqual(await portsTaken(set, 1), [b.port]);
  assert.deepEqual([set.row().source, set.row().lookup.nextAt], ["configured", undefined]);
});
