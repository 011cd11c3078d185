import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Scope } from "#base";
import { testServer, type Zone } from "../../../platform/dns/testing.ts";
import { type Found, lookUp } from "./lookup.ts";
import { address, HOST, resolver, SRV, srv } from "./testing.ts";

const SERVFAIL = 2;

async function found(t: TestContext, zone: Zone, host = HOST, target?: { address: string; port: number }) {
  const scope = new Scope();
  t.after(() => scope.close());
  return lookUp(host, target, resolver(await testServer(scope, zone)));
}

const rows = ({ candidates }: Found) =>
  candidates.map(({ name, where, priority, weight }) => [name, where.address, where.port, priority, weight]);

test("SRV records name the targets; both families count, and the shortest life", async (t) => {
  const answer = await found(t, {
    [SRV]: [srv(8443), srv(443, 20, 0, "spare.example.com.", 90)],
    "A wb.example.com": [address("wb.example.com", "10.0.0.1", 40)],
    "AAAA wb.example.com": [address("wb.example.com", "2001:db8::1")],
    "A spare.example.com": [address("spare.example.com", "10.0.0.2")],
  });
  assert.deepEqual(rows(answer), [
    ["wb.example.com", "2001:db8::1", 8443, 10, 5],
    ["wb.example.com", "10.0.0.1", 8443, 10, 5],
    ["spare.example.com", "10.0.0.2", 443, 20, 0],
  ]);
  assert.deepEqual([answer.source, answer.ttl, answer.failure], ["srv", 40, undefined]);
});

test("without an SRV record the host's own addresses on 443 count, below every SRV record", async (t) => {
  const answer = await found(t, { [`A ${HOST}`]: [address(HOST, "10.0.0.1")] });
  assert.deepEqual(rows(answer), [[HOST, "10.0.0.1", 443, 65536, 0]]);
  assert.deepEqual([answer.source, answer.ttl], ["address", 60]);
});

test("a configured place needs no DNS if it is an address, and all addresses count if it is a name", async (t) => {
  const fixed = await found(t, {}, HOST, { address: "10.0.0.9", port: 8443 });
  assert.deepEqual([rows(fixed), fixed.ttl], [[["10.0.0.9", "10.0.0.9", 8443, 0, 0]], undefined]);
  const zone = { "A wb.example.com": [address("wb.example.com", "10.0.0.1"), address("wb.example.com", "10.0.0.2")] };
  const named = await found(t, zone, HOST, { address: "wb.example.com", port: 8443 });
  assert.deepEqual(rows(named), [
    ["wb.example.com", "10.0.0.1", 8443, 0, 0],
    ["wb.example.com", "10.0.0.2", 8443, 0, 0],
  ]);
  assert.equal(named.source, "configured");
});

test("one place under two names is one target, of the better priority", async (t) => {
  const answer = await found(t, {
    [SRV]: [srv(443, 20, 1, "b.example.com"), srv(443, 10, 1, "a.example.com")],
    "A a.example.com": [address("a.example.com", "10.0.0.1")],
    "A b.example.com": [address("b.example.com", "10.0.0.1")],
  });
  assert.deepEqual(rows(answer), [["a.example.com", "10.0.0.1", 443, 10, 1]]);
});

test("of several SRV targets those that resolve are used, and what failed is told", async (t) => {
  const answer = await found(t, {
    [SRV]: [srv(443, 10, 1, "a.example.com"), srv(443, 10, 1, "gone.example.com")],
    "A a.example.com": [address("a.example.com", "10.0.0.1")],
  });
  assert.equal(answer.candidates.length, 1);
  assert.equal(answer.failure?.code, "DNS_NO_SUCH_NAME");
});

for (const [what, zone, code] of [
  ["no such name", {}, "DNS_NO_SUCH_NAME"],
  ["a server that fails for the address", { [`A ${HOST}`]: SERVFAIL }, "DNS_SERVER_FAILED"],
  ["a server that is silent", { [SRV]: "silence" }, "DNS_TIMEOUT"],
  [
    "a server that fails for SRV, though the name has an address: it may be another machine's",
    { [SRV]: SERVFAIL, [`A ${HOST}`]: [address(HOST, "10.0.0.1")] },
    "DNS_SERVER_FAILED",
  ],
  ["an SRV record that says there is no service", { [SRV]: [srv(0, 0, 0, ".")] }, "JOIN_HOST_NO_SERVICE"],
  ["SRV targets of which none resolves", { [SRV]: [srv(443)] }, "DNS_NO_SUCH_NAME"],
] as const)
  test(`${what} is told apart`, async (t) => {
    await assert.rejects(found(t, zone), { code });
  });
