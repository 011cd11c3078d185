import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "#base";
import { Resolver } from "#dns";
import { until } from "#until";
import { active, ask, core, edge, FAST, HOST } from "./testing/world.ts";

/** A name with several addresses; the map stands for the zone. */
function names(zone: Record<string, string[]>) {
  const hosts = new Map(Object.entries(zone));
  return { hosts, dns: new Resolver({ servers: [], hosts, clock: systemClock, timeoutMs: 50 }) };
}

async function cluster(t: Parameters<typeof edge>[0]) {
  const one = await edge(t, FAST, 0, { listen: { address: "127.0.0.2", port: 0 } });
  const two = await edge(t, FAST, 0, { listen: { address: "127.0.0.3", port: one.end.address.port } });
  return { one: one.end, two: two.end, port: one.end.address.port };
}

test("every address of a cluster's name has its own connections", async (t) => {
  const { one, two, port } = await cluster(t);
  const { dns } = names({ "edges.test": ["127.0.0.2", "127.0.0.3"] });
  const inside = core(t, { address: "edges.test", port }, { connections: 2, dns });
  await until(() => inside.end.status().filter(({ state }) => state === "active").length === 4, "four connections");
  assert.deepEqual(
    inside.end.status().map(({ target, address, connection }) => [target, address, connection]),
    [1, 2].flatMap((n) => [1, 2].map((m) => [`edges.test:${port}`, `127.0.0.${n + 1}:${port}`, m])),
  );
  assert.equal(await ask(one, "one"), "ONE");
  assert.equal(await ask(two, "two"), "TWO");
});

test("an address that comes to the name is dialled, and one that goes is left once it is idle", async (t) => {
  const { one, two, port } = await cluster(t);
  const { dns, hosts } = names({ "edges.test": ["127.0.0.2"] });
  const inside = core(t, { address: "edges.test", port }, { dns });
  await until(() => one.status().domains[0]!.connections.length === 1, "the first is up");
  const channel = await one.openChannel(HOST);
  hosts.set("edges.test", ["127.0.0.3"]);
  await until(() => two.status().connections.length === 1, "the second is up");
  await until(() => one.status().domains[0]!.connections.length === 0, "the first gets nothing new");
  assert.equal(one.status().connections.length, 1, "it still carries something");
  channel.resume();
  channel.end();
  await until(() => one.status().connections.length === 0, "the first is gone");
  await active(inside.end);
  assert.deepEqual(
    inside.end.status().map(({ address }) => address),
    [`127.0.0.3:${port}`],
  );
});

test("a name that does not exist is a row that says so, and is dialled as soon as it does", async (t) => {
  const { end } = await edge(t);
  const { dns, hosts } = names({});
  const inside = core(t, { address: "edges.test", port: end.address.port }, { dns });
  const row = await until(() => inside.end.status().find(({ state }) => state === "failed"), "it has failed");
  assert.equal(row.lastError?.code, "DNS_TIMEOUT");
  assert.deepEqual([row.target, row.address], [`edges.test:${end.address.port}`, ""]);
  hosts.set("edges.test", ["127.0.0.1"]);
  await active(inside.end);
});

test("a name that can no longer be looked up leaves its tunnels up", async (t) => {
  const { end } = await edge(t);
  const { dns, hosts } = names({ "edges.test": ["127.0.0.1"] });
  const inside = core(t, { address: "edges.test", port: end.address.port }, { dns });
  await active(inside.end);
  hosts.delete("edges.test");
  await until(() => inside.log.lines.some(({ event }) => event.includes("cannot be looked up")), "that is logged");
  await active(inside.end);
  assert.equal(await ask(end, "x"), "X");
});
