import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { memoryLog, Scope } from "#base";
import type { ClientOrigin } from "#bridge-link";
import { openFirefox } from "#test-firefox";
import { startTurnServer } from "#turn";
import { until } from "#until";
import { type TestBridge, testBridge } from "./testing-browser.ts";
import { launch, openPage, person, untilPage } from "./testing-page.ts";

const OUTSIDE: ClientOrigin = { address: "127.0.0.1", via: "edge", traceId: "0123456789abcdef" };
const SECRET = "a shared secret";

const scope = new Scope();
let browser: Browser;
let edge: Edge;
let world: TestBridge;

before(async () => {
  edge = await startEdge(0);
  const turnServer = {
    ...{ serverAddress: "127.0.0.1", clientAddress: "127.0.0.1", portNumber: edge.port },
    ...{ tcpPortNumberOverride: edge.port, useShortTermCredentials: true, sharedSecret: SECRET },
  };
  browser = await launch();
  world = await testBridge(scope, turnServer, OUTSIDE);
});

after(async () => {
  await browser?.close();
  await scope.close();
  await edge?.scope.close();
});

test("guests outside meet over the edge's relay; when the edge is started anew their media comes back by itself", async () => {
  const ana = await person(await openPage(browser), world, "Ana", "made", OUTSIDE);
  const rui = await person(await openPage(browser), world, "Rui", "made", OUTSIDE);
  await untilPage(rui, "Ana's camera moves", "rising(() => media('Ana', 'camera').then(m => m.framesDecoded))");
  await untilPage(ana, "Rui's camera moves", "rising(() => media('Rui', 'camera').then(m => m.framesDecoded))");
  const paths = world.bridge
    .status()
    .calls[0]!.participants.map(({ media }) => media.state === "connected" && media.path.link);
  assert.deepEqual(paths, ["relay", "relay"]);

  const { port } = edge;
  await edge.scope.close();
  edge = await startEdge(port);
  await untilPage(rui, "it noticed", "states.length > 2");
  await untilPage(rui, "Ana's camera moves again", "rising(() => media('Ana', 'camera').then(m => m.framesDecoded))");
  await untilPage(ana, "Rui's camera moves again", "rising(() => media('Rui', 'camera').then(m => m.framesDecoded))");
  await untilPage(rui, "it is connected", "room.state === 'connected'");
});

test("a guest who connects anew by itself while the edge is gone is back in the meeting soon after the edge is", async () => {
  const eva = await person(await openPage(browser), world, "Eva", "made", OUTSIDE);
  const ivo = await person(await openPage(browser), world, "Ivo", "made", OUTSIDE);
  await untilPage(ivo, "Eva's camera moves", "rising(() => media('Eva', 'camera').then(m => m.framesDecoded))");
  const { port } = edge;
  await edge.scope.close();
  await untilPage(ivo, "it is told", "room.metadata.includes('interrupted')");
  const refusals = () => world.lines.filter(({ event }) => event === "no relay for who connects").length;
  await ivo.evaluate("void room.simulateScenario('full-reconnect')");
  await until(() => refusals() >= 3, "it tries again and again");
  edge = await startEdge(port);
  await untilPage(ivo, "Eva's camera moves again", "rising(() => media('Eva', 'camera').then(m => m.framesDecoded))");
  await untilPage(eva, "Ivo's camera moves again", "rising(() => media('Ivo', 'camera').then(m => m.framesDecoded))");
  assert.equal(await ivo.evaluate("ended.length"), 0);
  await ivo.evaluate("void room.disconnect()");
  await eva.evaluate("void room.disconnect()");
});

test("a guest in Firefox and one in Chromium see and hear each other over the edge's relay", async (t) => {
  const own = new Scope();
  t.after(() => own.close());
  const bia = await person(await openFirefox(own), world, "Bia", "made", OUTSIDE);
  const leo = await person(await openPage(browser), world, "Leo", "made", OUTSIDE);
  for (const [page, other] of [
    [leo, "Bia"],
    [bia, "Leo"],
  ] as const) {
    await untilPage(
      page,
      `${other}'s camera moves`,
      `rising(() => media('${other}', 'camera').then(m => m.framesDecoded))`,
    );
    const energy = `rising(() => media('${other}', 'microphone').then(m => m.totalAudioEnergy))`;
    await untilPage(page, `${other} is heard`, energy);
  }
});

interface Edge {
  readonly scope: Scope;
  readonly port: number;
}

async function startEdge(port: number): Promise<Edge> {
  const edgeScope = new Scope();
  const anyNumber = 10_000_000;
  const server = await startTurnServer(
    {
      listen: [{ address: "127.0.0.1", port, transports: ["udp", "tcp"] }],
      relay: {
        ipv4: { address: "127.0.0.1", advertised: "127.0.0.1" },
        ports: { first: 40_000, last: 45_000 },
        defaultFamily: "ipv4",
      },
      realm: "turnpike",
      wrongPasswordCode: 401,
      sharedSecrets: [SECRET],
      users: [],
      defaultRole: "guest",
      allowPeers: { guest: [], bridge: [] },
      neverPeers: [],
      unauthenticatedBinding: false,
      tcpAllocations: false,
      mobility: false,
      cluster: [],
      limits: {
        allocationsPerUser: 12,
        allocationsPerAddress: 100,
        allocations: 100,
        permissions: 100,
        channels: 100,
        newPeersPerSecond: 5,
        packetsPerSecond: anyNumber,
        bitsPerSecond: anyNumber * 100,
        connectionsPerAddress: 100,
        connections: 100,
      },
    },
    edgeScope,
    memoryLog(),
  );
  return { scope: edgeScope, port: server.listening[0]!.port };
}
