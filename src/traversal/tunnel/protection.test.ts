import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { until } from "#until";
import { sharings } from "./shared-identities.ts";
import { active, ask, core, coreKey, edge, FAST, failure, publicOf, strangerKey } from "./testing/world.ts";

const here = (peer: string, who: string, sinceUs: number, heardUs: number) => ({
  ...{ fingerprint: "SHA256:a", peer, who, sinceUs, heardUs },
});

const cases: [string, ReturnType<typeof here>[], string[][]][] = [
  ["one core with two connections", [here("a:1", "A", 0, 90), here("a:2", "A", 0, 90)], []],
  ["two cores, both heard", [here("a:1", "A", 0, 90), here("b:1", "B", 50, 90)], [["a:1", "b:1"]]],
  ["a core started anew, its old connection half open", [here("a:1", "A", 0, 49), here("a:2", "B", 50, 90)], []],
  ["what was under way when the old one died", [here("a:1", "A", 0, 55), here("a:2", "B", 50, 90)], []],
  [
    "a third one that died",
    [here("a:1", "A", 0, 90), here("b:1", "B", 1, 90), here("c:1", "C", 0, 5)],
    [["a:1", "b:1"]],
  ],
];
for (const [name, presences, expected] of cases)
  test(`shared identity: ${name}`, () =>
    assert.deepEqual(
      sharings(presences, 10).map(({ peers }) => peers),
      expected,
    ));

test("two live cores with one key are told apart, both stay up, and it is over when one goes", async (t) => {
  const { end, log } = await edge(t);
  const [one, two] = [core(t, end.address, { connections: 2 }), core(t, end.address)];
  await active(one.end);
  await active(two.end);
  const shared = await until(() => end.status().sharedIdentities[0], "it is noticed");
  assert.equal(shared.fingerprint, publicOf(coreKey).fingerprint);
  assert.equal(shared.peers.length, 3);
  assert.equal(log.lines.filter(({ event }) => event === "two cores use one key").length, 1);
  assert.equal(await ask(end, "x"), "X");
  await two.scope.close();
  await until(() => end.status().sharedIdentities.length === 0, "it is over");
  assert.equal(end.status().connections.length, 2);
});

test("one core with several connections is no shared identity", async (t) => {
  const { end } = await edge(t);
  const inside = core(t, end.address, { connections: 2 });
  await active(inside.end);
  const [row] = end.status().connections;
  await until(
    () => end.status().connections.every(({ bytesIn }) => bytesIn > row!.bytesIn + 100),
    "both were heard several times",
  );
  assert.deepEqual(end.status().sharedIdentities, []);
});

test("strangers who fail are reported once each, with what they did; who only looks is not", async (t) => {
  const { end } = await edge(t, { ...FAST, handshakeMs: 300 });
  const failures: string[] = [];
  end.onFailure((source, what) => failures.push(`${source} ${what}`));
  const refused = core(t, end.address, { identity: strangerKey });
  assert.equal((await failure(refused.end)).code, "TUNNEL_KEY_REFUSED");
  await refused.scope.close();
  await until(() => failures.includes("127.0.0.1 key-refused"), "the key is reported");
  for (const [says, what] of [
    ["GET / HTTP/1.1\r\n\r\n", "protocol"],
    ["SSH-2.0-x\r\n", "handshake"],
  ] as const) {
    const socket = connect(end.address.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.resume();
    socket.write(says);
    await until(() => failures.includes(`127.0.0.1 ${what}`), what);
    socket.destroy();
  }
  const count = failures.length;
  const scanner = connect(end.address.port, "127.0.0.1");
  await once(scanner, "data");
  scanner.destroy();
  const good = core(t, end.address);
  await active(good.end);
  assert.equal(failures.length, count);
});

test("a blocked source is not let in", async (t) => {
  let shut = true;
  const { end } = await edge(t, FAST, 0, { blocked: (source) => shut && source === "127.0.0.1" });
  const inside = core(t, end.address);
  assert.equal((await failure(inside.end)).code, "TUNNEL_HANDSHAKE_FAILED");
  shut = false;
  await active(inside.end);
});

test("the edge's row names the core's key, software and round trip", async (t) => {
  const { end } = await edge(t);
  await active(core(t, end.address).end);
  const row = await until(
    () => end.status().connections.find(({ rttMs }) => rttMs !== undefined),
    "the round trip is known",
  );
  assert.deepEqual([row.software, row.keyComment, row.via], ["Turnpike", "test", "2222"]);
  assert.ok(row.rttMs! < 1000 && row.bytesIn > 0 && row.bytesOut > 0 && row.since > 0);
});
