import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryLog, Scope, systemClock } from "#base";
import type { EdgeServer, EdgeState } from "../control.ts";
import { openTransportHost } from "./host.ts";
import { ChromiumClient } from "./testing/chromium-client.ts";
import { Coturn, SECRET } from "./testing/coturn.ts";
import { until } from "./testing/until.ts";

for (const transport of ["udp", "tcp"] as const)
  test(`Chromium sends media to our relay on coturn, reached over ${transport}`, async () => {
    await using scope = new Scope();
    const { host } = await openHost(scope, await Coturn.start(scope), transport);
    const client = await ChromiumClient.connect(scope, host, { via: "edge" });
    assert.deepEqual(
      client.transport.local.candidates.map(({ type, address }) => `${type} ${address}`),
      ["relay 127.0.0.1"],
    );
    await until("media flows", () => client.transport.packetsIn > 100 && client.data.size === 2);
    client.transport.sendData("_reliable", Buffer.alloc(30_000));
    await until("data flows back", async () => (await client.received()).includes("30000 bytes"));
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
  await until("media flows", () => client.transport.packetsIn > 50);

  await coturn.stop();
  await until("the loss is told", () => states.at(-1)?.state === "failed");
  assert.equal(client.transport.local.candidates.length, 0);
  await coturn.start();
  await until("the edge is ready again", () => states.at(-1)?.state === "ready");
  assert.ok(client.pathsLost >= 1, "the leg is told to restart ICE");
  assert.equal(client.transport.local.candidates.length, 1);
  await client.restartIce();
  const packets = client.transport.packetsIn;
  await until("media flows again", () => client.transport.packetsIn > packets + 50);
  assert.equal(client.transport.state.state, "connected");
});

test("an edge that is silent is tried often at first: guests wait for it", async () => {
  await using scope = new Scope();
  const coturn = await Coturn.start(scope);
  const { states } = await openHost(scope, coturn, "tcp");
  await until("the edge is ready", () => states.at(-1)?.state === "ready");
  await coturn.stop();
  const pauses = () => states.flatMap((edge) => (edge.state === "failed" ? [edge.nextTryMs] : []));
  await until("the third try failed, too", () => pauses().length >= 3);
  assert.ok(Math.max(...pauses()) <= 2500, pauses().join());
});

test("edges change while the worker runs: those that stay keep their allocation, and legs leave one that goes", async () => {
  await using scope = new Scope();
  const [first, second] = [await Coturn.start(scope), await Coturn.start(scope)];
  const { host } = await openHost(scope, first, "udp");
  const relays = () => host.edges.map((edge) => edge.state === "ready" && `${edge.id} ${edge.relayed.port}`);
  const [before] = relays();
  const client = await ChromiumClient.connect(scope, host, { via: "edge" });
  await until("media flows", () => client.transport.packetsIn > 50);
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
  await until("the leg is told to restart ICE", () => client.pathsLost === 1);
  const packets = client.transport.packetsIn;
  await until("media flows meanwhile", () => client.transport.packetsIn > packets + 50);
  await client.restartIce();
  await until("it takes the other edge", () => edgeIdOf(client) === "e2");
  const then = client.transport.packetsIn;
  await until("media flows over it", () => client.transport.packetsIn > then + 50);
});

test("an edge with other credentials gets a new allocation", async () => {
  await using scope = new Scope();
  const coturn = await Coturn.start(scope);
  const { host, states } = await openHost(scope, coturn, "udp");
  const before = states.at(-1);
  host.setEdges([{ ...edgeOf(coturn, "udp"), credentials: { kind: "short-term", sharedSecret: "wrong" } }]);
  await until("it is refused", () => states.at(-1)?.state === "failed");
  assert.equal(host.edges[0]?.state === "failed" && host.edges[0].code, "TURN_CLIENT_UNAUTHORIZED");
  host.setEdges([edgeOf(coturn, "udp")]);
  await until("it is ready", () => states.at(-1)?.state === "ready");
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
