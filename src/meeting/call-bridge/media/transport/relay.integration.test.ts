import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryLog, Scope, systemClock } from "#base";
import type { EdgeState } from "../control.ts";
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

async function openHost(scope: Scope, coturn: Coturn, transport: "udp" | "tcp") {
  const states: EdgeState[] = [];
  const edge = {
    ...{ serverAddress: "127.0.0.1", port: coturn.port, transport },
    credentials: { kind: "short-term" as const, sharedSecret: SECRET },
  };
  const options = {
    listen: { address: "127.0.0.1", advertised: "127.0.0.1", port: 0 },
    edges: [edge],
    onEdge: (state: EdgeState) => void states.push(state),
  };
  const host = scope.own(await openTransportHost(scope, options, systemClock, memoryLog()));
  await host.edgesSettled();
  assert.equal(host.edges[0]?.state, "ready");
  return { host, states };
}
