import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryLog, Scope, systemClock } from "#base";
import { until } from "#until";
import type { EdgeServer, EdgeState } from "../control.ts";
import { openTransportHost } from "./host.ts";
import { ChromiumClient } from "./testing/chromium-client.ts";
import { Coturn, SECRET } from "./testing/coturn.ts";

for (const transport of ["udp", "tcp"] as const)
  test(`Chromium sends media to our relay on coturn, reached over ${transport}`, async () => {
    await using scope = new Scope();
    const { host } = await openHost(scope, await Coturn.start(scope), transport);
    const client = await ChromiumClient.connect(scope, host, { via: "edge" });
    assert.deepEqual(
      client.transport.local.candidates.map(({ type, address }) => `${type} ${address}`),
      ["relay 127.0.0.1"],
    );
    await until(() => client.transport.packetsIn > 100 && client.data.size === 2, "media flows");
    client.transport.sendData("_reliable", Buffer.alloc(30_000));
    await until(async () => (await client.received()).includes("30000 bytes"), "data flows back");
    const { state } = client.transport;
    assert.ok(state.state === "connected");
    assert.equal(state.path.link, "relay");
    assert.equal(state.path.edge, "127.0.0.1");
  });

test("an edge that dies and comes back gets a new allocation, and an ICE restart brings the media over it", async () => {
  await using scope = new Scope();
  const coturn = await Coturn.start(scope);
  const { host, states } = await openHost(scope, coturn, "tcp");
  const client = await ChromiumClient.connect(scope, host, { via: "edge" });
  await until(() => client.transport.packetsIn > 50, "media flows");

  await coturn.stop();
  await until(() => states.at(-1)?.state === "failed", "the loss is told");
  assert.equal(client.transport.local.candidates.length, 0);
  await coturn.start();
  await until(() => states.at(-1)?.state === "ready", "the edge is ready again");
  assert.ok(client.pathsLost >= 1, "the leg is told to restart ICE");
  assert.equal(client.transport.local.candidates.length, 1);
  await client.restartIce();
  const packets = client.transport.packetsIn;
  await until(() => client.transport.packetsIn > packets + 50, "media flows again");
  assert.equal(client.transport.state.state, "connected");
});

test("an edge that is silent is tried often at first: guests wait for it", async () => {
  await using scope = new Scope();
  const coturn = await Coturn.start(scope);
  const { states } = await openHost(scope, coturn, "tcp");
  await until(() => states.at(-1)?.state === "ready", "the edge is ready");
  await coturn.stop();
  const pauses = () => states.flatMap((edge) => (edge.state === "failed" ? [edge.nextTryMs] : []));
  await until(() => pauses().length >= 3, "the third try failed, too");
  assert.ok(Math.max(...pauses()) <= 2500, pauses().join());
});

test("edges change while the worker runs: those that stay keep their allocation, and legs leave one that goes", async () => {
  await using scope = new Scope();
  const [first, second] = [await Coturn.start(scope), await Coturn.start(scope)];
  const { host } = await openHost(scope, first, "udp");
  const relays = () => host.edges.map((edge) => edge.state === "ready" && `${edge.id} ${edge.relayed.port}`);
  const [before] = relays();
  const client = await ChromiumClient.connect(scope, host, { via: "edge" });
  await until(() => client.transport.packetsIn > 50, "media flows");
  host.setEdges([edgeOf(second, "udp", "e2"), edgeOf(first, "udp")]);
  await host.edgesSettled();
  assert.equal(relays()[1], before);
  const told = client.transport.local.candidates;
  assert.deepEqual(
    told.map(({ port }) => `${port}`),
    relays().map((relay) => String(relay).split(" ")[1]),
    "the best is told first",
  );
  assert.equal(new Set(told.map(({ foundation }) => foundation)).size, 2);
  assert.equal(client.pathsLost, 0);

  host.setEdges([edgeOf(second, "udp", "e2")]);
  await until(() => client.pathsLost === 1, "the leg is told to restart ICE");
  const packets = client.transport.packetsIn;
  await until(() => client.transport.packetsIn > packets + 50, "media flows meanwhile");
  await client.restartIce();
  await until(() => edgeIdOf(client) === "e2", "it takes the other edge");
  const then = client.transport.packetsIn;
  await until(() => client.transport.packetsIn > then + 50, "media flows over it");
});

test("an edge with other credentials gets a new allocation", async () => {
  await using scope = new Scope();
  const coturn = await Coturn.start(scope);
  const { host, states } = await openHost(scope, coturn, "udp");
  const before = states.at(-1);
  host.setEdges([{ ...edgeOf(coturn, "udp"), credentials: { kind: "short-term", sharedSecret: "wrong" } }]);
  await until(() => states.at(-1)?.state === "failed", "it is refused");
  assert.equal(host.edges[0]?.state === "failed" && host.edges[0].code, "TURN_CLIENT_UNAUTHORIZED");
  host.setEdges([edgeOf(coturn, "udp")]);
  await until(() => states.at(-1)?.state === "ready", "it is ready");
  assert.notDeepEqual(states.at(-1), before);
});

function edgeIdOf({ transport: { state } }: ChromiumClient): string | undefined {
  return state.state === "connected" ? state.path.edgeId : undefined;
}

function edgeOf({ port }: Pick<Coturn, "port">, transport: "udp" | "tcp", id = "e1"): EdgeServer {
  return {
    ...{ id, serverAddress: "127.0.0.1", port, transport },
    credentials: { kind: "short-term", sharedSecret: SECRET },
  };
}

async function openHost(scope: Scope, coturn: Coturn, transport: "udp" | "tcp") {
  const states: EdgeState[] = [];
  const options = {
    listen: { address: "127.0.0.1", advertised: "127.0.0.1", port: 0 },
    edges: [edgeOf(coturn, transport)],
    onEdge: (state: EdgeState) => void states.push(state),
  };
  const host = scope.own(await openTransportHost(scope, options, systemClock, memoryLog()));
  await host.edgesSettled();
  assert.equal(host.edges[0]?.state, "ready");
  return { host, states };
}
