import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "#until";
import {
  active,
  ask,
  core,
  coreKey,
  edge,
  failure,
  HOST,
  hostKey,
  newKey,
  privateOf,
  publicOf,
} from "./testing/world.ts";

const OTHER = "other.example.com";
const domains = (rows: readonly { domain: string }[]) => [...new Set(rows.map(({ domain }) => domain))];

test("a join host that the core takes up is asked for on the live connection, and one that it gives up is let go", async (t) => {
  const { end } = await edge(t, undefined, 0, { joinHosts: [HOST, OTHER] });
  const inside = core(t, end.address);
  await active(inside.end);
  const [before] = end.status().connections;
  inside.end.configure({ joinHosts: [OTHER] });
  await until(() => end.status().connections[0]!.domains.join() === OTHER, "the edge has heard of both");
  await active(inside.end);
  assert.deepEqual(domains(inside.end.status()), [OTHER]);
  assert.equal(await ask(end, "x", OTHER), "X");
  await assert.rejects(end.openChannel(HOST), { code: "TUNNEL_NO_CONNECTION" });
  assert.equal(end.status().connections[0]!.peer, before!.peer, "it is the same connection");
});

test("a join host that the edge takes up or gives up shows at the core without a new connection", async (t) => {
  const { end } = await edge(t);
  const inside = core(t, end.address, { asks: [HOST, OTHER] });
  const states = () => inside.end.status().map(({ state }) => state);
  await until(() => states().join() === "active,failed", "one of two is refused");
  const [before] = end.status().connections;
  end.configure({ joinHosts: [OTHER] });
  await until(() => states().join() === "failed,active", "it is the other way round");
  assert.equal(await ask(end, "x", OTHER), "X");
  await assert.rejects(end.openChannel(HOST), { code: "TUNNEL_NO_CONNECTION" });
  assert.equal(end.status().connections[0]!.peer, before!.peer);
});

test("a key that is revoked cuts its live session at once, and both sides say why", async (t) => {
  const [laptop, log] = [newKey(), "this key is no longer authorized on the edge"];
  const { end, log: edgeLog } = await edge(t, undefined, 0, { authorizedKeys: [publicOf(laptop), publicOf(coreKey)] });
  const inside = core(t, end.address);
  const stays = core(t, end.address, { identity: laptop });
  await active(inside.end);
  await active(stays.end);
  const channel = await end.openChannel(HOST);
  channel.on("error", () => {});
  channel.resume();
  end.configure({ authorizedKeys: [publicOf(laptop)] });
  assert.deepEqual(
    end.status().connections.map(({ fingerprint }) => fingerprint),
    [publicOf(laptop).fingerprint],
  );
  await until(() => inside.log.lines.some(({ fields }) => String(fields.why).includes(log)), "the core is told");
  assert.equal((await failure(inside.end)).code.replace("TUNNEL_LOST", "TUNNEL_KEY_REFUSED"), "TUNNEL_KEY_REFUSED");
  await until(() => inside.end.status()[0]!.lastError?.code === "TUNNEL_KEY_REFUSED", "and refused from then on");
  assert.ok(edgeLog.lines.some(({ event, fields }) => event === "tunnel connection is cut" && fields.why === log));
  assert.equal(await ask(end, "x"), "X");
});

test("a key that is taken up lets its core in", async (t) => {
  const stranger = newKey();
  const { end } = await edge(t);
  const inside = core(t, end.address, { identity: stranger });
  assert.equal((await failure(inside.end)).code, "TUNNEL_KEY_REFUSED");
  end.configure({ authorizedKeys: [publicOf(stranger)] });
  await active(inside.end);
});

test("an edge's new host key holds for new connections, and the pinned one is then told apart", async (t) => {
  const renewed = newKey();
  const { end } = await edge(t);
  const first = core(t, end.address);
  await active(first.end);
  end.configure({ hostKey: privateOf(renewed) });
  assert.equal((await failure(core(t, end.address).end)).code, "TUNNEL_HOST_KEY_MISMATCH");
  const second = core(t, end.address, { pinned: renewed });
  await active(second.end);
  const row = second.end.status()[0]!;
  assert.equal(row.state === "active" && row.hostKey, publicOf(renewed).fingerprint);
  assert.equal(first.end.status()[0]!.state, "active");
});

test("an edge that is taken up is dialled; one that is given up finishes what it carries", async (t) => {
  const [one, two] = [await edge(t), await edge(t)];
  const inside = core(t, one.end.address);
  await active(inside.end);
  const channel = await one.end.openChannel(HOST);
  const [row] = inside.end.status();
  assert.equal(row!.draining, false);
  inside.end.configure({ edges: [{ address: two.end.address, hostKey: publicOf(hostKey), fallback: "off" }] });
  await until(
    () => inside.end.status()[0]!.state === "active" && two.end.status().connections.length,
    "the new one is active",
  );
  await until(() => one.end.status().domains[0]!.connections.length === 0, "the old one gets nothing new");
  const [, leaving] = inside.end.status();
  assert.deepEqual([leaving!.draining, leaving!.channels, leaving!.target], [true, 1, row!.target]);
  channel.end("last words");
  let answer = "";
  for await (const chunk of channel) answer += chunk;
  assert.equal(answer, "LAST WORDS");
  await until(() => one.end.status().connections.length === 0 && inside.end.status().length === 1, "it is gone");
});

test("more and fewer connections for each edge, without touching the others", async (t) => {
  const { end } = await edge(t);
  const inside = core(t, end.address, { connections: 1 });
  await active(inside.end);
  const [first] = end.status().connections;
  inside.end.configure({ connectionsPerEdge: 3 });
  await until(() => end.status().connections.length === 3, "three are up");
  inside.end.configure({ connectionsPerEdge: 1 });
  await until(() => end.status().connections.length === 1, "two are gone");
  assert.equal(end.status().connections[0]!.peer, first!.peer);
});

test("listeners hear of every change of state, and of none after they have left", async (t) => {
  const { end } = await edge(t);
  const heard: string[] = [];
  const stop = end.onChange(() => heard.push(`edge ${end.status().connections.length}`));
  const inside = core(t, end.address);
  inside.end.onChange(() => heard.push(`core ${inside.end.status()[0]?.state}`));
  await active(inside.end);
  await until(() => heard.includes("core active") && heard.includes("edge 1"), "both were told");
  stop();
  const told = heard.filter((line) => line.startsWith("edge")).length;
  await inside.scope.close();
  await until(() => end.status().connections.length === 0, "the edge has let go");
  assert.equal(heard.filter((line) => line.startsWith("edge")).length, told);
});
