import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "dns-packet";
import { ManualClock, Scope, TurnpikeError } from "#base";
import { parseHosts, parseResolvConf } from "./hosts.ts";
import { Resolver } from "./resolver.ts";
import { testServer, type Zone } from "./testing.ts";

const address = (name: string, data: string, ttl = 60): Answer => ({ name, type: "A", ttl, data });
const SERVFAIL = 2;
const REFUSED = 5;

async function world(scope: Scope, zone: Zone, second?: Zone) {
  const clock = new ManualClock();
  const servers = [await testServer(scope, zone), ...(second ? [await testServer(scope, second)] : [])];
  const hosts = parseHosts("127.0.0.1 localhost\n10.0.0.9 printer Printer.Example.com # hall\nnonsense x\n");
  return { clock, servers, resolver: new Resolver({ servers, hosts, clock, timeoutMs: 150 }) };
}

const failsWith = (promise: Promise<unknown>, code: string, words: RegExp) =>
  assert.rejects(
    promise,
    (error) => error instanceof TurnpikeError && error.code === code && words.test(error.message),
  );

test("an answer is kept for its life, counts down, and is asked for anew after it, or after a flush", async () => {
  await using scope = new Scope();
  const { clock, servers, resolver } = await world(scope, { "A join.test": [address("join.test", "192.0.2.1")] });
  const first = await resolver.lookup("Join.Test.", "A");
  assert.deepEqual(first.records, [{ name: "join.test", type: "A", ttl: 60, data: "192.0.2.1" }]);
  clock.advance(20_000);
  const again = await resolver.lookup("join.test", "A");
  assert.equal(again.from, "cache");
  assert.equal(again.records[0]?.ttl, 40);
  servers[0]!.zone["A join.test"] = [address("join.test", "192.0.2.2")];
  assert.deepEqual(await resolver.addresses("join.test"), ["192.0.2.1"]);
  assert.ok(resolver.flush() >= 1);
  assert.deepEqual(await resolver.addresses("join.test"), ["192.0.2.2"]);
  clock.advance(60_000);
  await resolver.lookup("join.test", "A");
  assert.equal(servers[0]!.asked.filter((line) => line === "udp A join.test").length, 3);
});

test("an answer lives no longer because the machine's clock is set back", async () => {
  await using scope = new Scope();
  const { clock, servers, resolver } = await world(scope, { "A join.test": [address("join.test", "192.0.2.1")] });
  await resolver.lookup("join.test", "A");
  clock.set(clock.now() - 3600_000);
  clock.advance(60_000);
  await resolver.lookup("join.test", "A");
  assert.deepEqual(servers[0]!.asked, ["udp A join.test", "udp A join.test"]);
});

test("a crowd asks once", async () => {
  await using scope = new Scope();
  const { servers, resolver } = await world(scope, { "A join.test": [address("join.test", "192.0.2.1")] });
  await Promise.all(Array.from({ length: 50 }, () => resolver.lookup("join.test", "A")));
  assert.deepEqual(servers[0]!.asked, ["udp A join.test"]);
});

test("failures are told apart, and none but the final ones is kept", async () => {
  await using scope = new Scope();
  const zone: Zone = {
    "A broken.test": SERVFAIL,
    "A shut.test": REFUSED,
    "A quiet.test": "silence",
    "SRV join.test": [],
  };
  const { clock, servers, resolver } = await world(scope, zone);
  await failsWith(resolver.lookup("none.test", "A"), "DNS_NO_SUCH_NAME", /`none.test` does not exist/);
  await failsWith(resolver.lookup("none.test", "A"), "DNS_NO_SUCH_NAME", /NXDOMAIN from 127/);
  assert.equal(servers[0]!.asked.length, 1);
  clock.advance(31_000);
  await failsWith(resolver.lookup("none.test", "A"), "DNS_NO_SUCH_NAME", /./);
  assert.equal(servers[0]!.asked.length, 2);
  await failsWith(resolver.lookup("join.test", "SRV"), "DNS_NO_RECORDS", /no SRV record/);
  await failsWith(resolver.lookup("broken.test", "A"), "DNS_SERVER_FAILED", /SERVFAIL/);
  await failsWith(resolver.lookup("shut.test", "A"), "DNS_REFUSED", /REFUSED/);
  await failsWith(resolver.lookup("quiet.test", "A"), "DNS_TIMEOUT", /within 0.3 s/);
  await failsWith(resolver.lookup(`${"x".repeat(64)}.test`, "A"), "DNS_BAD_NAME", /x/);
  servers[0]!.zone["A broken.test"] = [address("broken.test", "192.0.2.3")];
  assert.deepEqual(await resolver.addresses("broken.test"), ["192.0.2.3"]);
});

test("the second server is asked when the first is silent or fails, and not when it says no", async () => {
  await using scope = new Scope();
  const good: Zone = { "A a.test": [address("a.test", "192.0.2.4")], "A b.test": [address("b.test", "192.0.2.5")] };
  const { servers, resolver } = await world(scope, { "A a.test": "silence", "A b.test": SERVFAIL }, good);
  assert.equal((await resolver.lookup("a.test", "A")).records[0]?.data, "192.0.2.4");
  assert.equal((await resolver.lookup("b.test", "A")).records[0]?.data, "192.0.2.5");
  await failsWith(resolver.lookup("c.test", "A"), "DNS_NO_SUCH_NAME", /./);
  assert.equal(servers[1]!.asked.includes("udp A c.test"), false);
});

test("aliases are followed, SRV records read as in a zone file, and what does not fit comes over TCP", async () => {
  await using scope = new Scope();
  const { servers, resolver } = await world(scope, {
    "A www.test": [{ name: "www.test", type: "CNAME", ttl: 5, data: "join.test" }, address("join.test", "192.0.2.1")],
    "SRV _cms-web._tls.join.test": [
      {
        name: "_cms-web._tls.join.test",
        type: "SRV",
        ttl: 9,
        data: { priority: 10, weight: 5, port: 443, target: "wb.test" },
      },
    ],
    "A big.test": "truncated",
  });
  assert.deepEqual(await resolver.addresses("www.test"), ["192.0.2.1"]);
  const srv = await resolver.lookup("_cms-web._tls.join.test", "SRV");
  assert.deepEqual(srv.records[0]?.data, "10 5 443 wb.test");
  assert.equal((await resolver.lookup("big.test", "A")).records.length, 3);
  assert.deepEqual(servers[0]!.asked.slice(-2), ["udp A big.test", "tcp A big.test"]);
});

test("the machine's own names and literal addresses need no server", async () => {
  await using scope = new Scope();
  const { servers, resolver } = await world(scope, {});
  assert.deepEqual(await resolver.addresses("2001:db8::0:1"), ["2001:db8::1"]);
  const found = await resolver.lookup("PRINTER.example.com", "A");
  assert.deepEqual([found.from, found.records[0]?.data], ["hosts", "10.0.0.9"]);
  assert.deepEqual(servers[0]!.asked, []);
});

test("resolv.conf gives its name servers, whatever else stands in it", () => {
  const text = "# made by hand\nsearch example.com\nnameserver 10.0.0.1\nnameserver fe80::1%eth0\nnameserver no\n";
  assert.deepEqual(parseResolvConf(text), ["10.0.0.1", "fe80::1"]);
});
