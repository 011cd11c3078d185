import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Scope } from "#base";
import type { TurnStatus } from "#turn";
import type { TurnRole } from "#turn-client";
import { until } from "#until";
import { openChromium } from "./testing/chromium.ts";
import { openFirefox } from "./testing/firefox.ts";
import type { Page } from "./testing/page.ts";
import { iceServer, type TestEdge, testEdge, web } from "./testing/test-edge.ts";

const scope = new Scope();
after(() => scope.close());
const shared = await testEdge(scope, ["tcp443: true", "serverNames: [turn.localhost]"]);
const apart = await testEdge(scope, ["tcp443: false", 'tlsListen: ["127.0.0.1:0"]']);

interface Way {
  readonly edge: TestEdge;
  readonly over: "udp" | "tcp" | "tls";
  readonly host: string;
  /** The listener's name in `TestEdge.ports`. */
  readonly port: "udp" | "tcp" | "tls" | "web";
}

const WAYS: Readonly<Record<string, Way>> = {
  "over UDP": { edge: apart, over: "udp", host: "127.0.0.1", port: "udp" },
  "over UDP by a name": { edge: apart, over: "udp", host: "turn.localhost", port: "udp" },
  "over TCP": { edge: apart, over: "tcp", host: "127.0.0.1", port: "tcp" },
  "over TLS on the port of TCP": { edge: apart, over: "tls", host: "turn.localhost", port: "tcp" },
  "over TLS on a port of its own": { edge: apart, over: "tls", host: "turn.localhost", port: "tls" },
  "over UDP beside a port shared with the web": { edge: shared, over: "udp", host: "127.0.0.1", port: "udp" },
  "over TCP on the web's port": { edge: shared, over: "tcp", host: "127.0.0.1", port: "web" },
  "over TLS on the web's port by a name of TURN": { edge: shared, over: "tls", host: "turn.localhost", port: "web" },
  "over TLS on the web's port by a join host's name": {
    edge: shared,
    over: "tls",
    host: "join.localhost",
    port: "web",
  },
};

/** Firefox does not even connect for these: it takes `turns:` with names only. */
const BY_ADDRESS: Readonly<Record<string, Way>> = {
  "over TLS by an address": { edge: apart, over: "tls", host: "127.0.0.1", port: "tls" },
  "over TLS on the web's port by an address": { edge: shared, over: "tls", host: "127.0.0.1", port: "web" },
};

const BROWSERS = {
  Chromium: { page: await openChromium(scope, web.certificate), ways: { ...WAYS, ...BY_ADDRESS } },
  Firefox: { page: await openFirefox(scope), ways: WAYS },
};

for (const [browser, { page, ways }] of Object.entries(BROWSERS)) {
  for (const [name, way] of Object.entries(ways))
    test(`${browser}: a guest and a bridge exchange messages by relays, ${name}`, () => exchange(page, way));

  test(`${browser}: two guests do not reach each other`, async () => {
    const before = refusals(await apart.edge.turn.status());
    await using pair = await openPair(page, WAYS["over UDP"]!, ["guest", "guest"]);
    await assert.rejects(pair.ask("echo(1, 2000)"), /"came":\[\]/);
    assert.ok(refusals(await apart.edge.turn.status()) > before);
  });
}

test("Chromium: a certificate of an unknown authority gets no relay", async () => {
  await using own = new Scope();
  const page = await openChromium(own);
  await using pair = await openPair(page, WAYS["over TLS on a port of its own"]!, ["guest", "bridge"]);
  pair.ask("echo(1, 10_000)").catch(() => {});
  await until(async () => String(await pair.ask("faults.join()")).includes("701"));
  const { allocationsByTransport } = await apart.edge.turn.status();
  assert.equal(allocationsByTransport.tls, 0);
});

test("nothing of all this makes the edges complain", () => {
  const complaints = [shared, apart].flatMap(({ lines }) => lines.filter(({ level }) => /warn|error/.test(level)));
  assert.deepEqual(complaints, []);
});

async function exchange(page: Page, way: Way): Promise<void> {
  const { turn } = way.edge.edge;
  await using pair = await openPair(page, way, ["guest", "bridge"]);
  const { came, ways } = JSON.parse(String(await pair.ask("echo(20, 10_000)")));
  assert.deepEqual(
    came,
    Array.from({ length: 20 }, (_, i) => `message ${i}`),
  );
  assert.deepEqual(ways, [`relay over ${way.over}`, `relay over ${way.over}`]);
  // A browser may have more than one allocation, such as for each address of a name.
  const used = (await turn.allocations()).filter(({ counters }) => counters.hairpinPackets > 0);
  const kinds = new Set(used.map(({ role, transport }) => `${role} over ${transport}`));
  assert.deepEqual([...kinds].sort(), [`bridge over ${way.over}`, `guest over ${way.over}`]);
  await pair.ask("close()");
  await until(async () => (await turn.status()).allocations === 0);
}

/** The page's `relayedPair`, closed when it is no longer in use. */
async function openPair(page: Page, { edge, over, host, port }: Way, roles: readonly TurnRole[]) {
  const scheme = over === "tls" ? "turns" : "turn";
  const url = `${scheme}:${host}:${edge.ports[port]}?transport=${over === "udp" ? "udp" : "tcp"}`;
  const servers = roles.map((role) => iceServer(url, role));
  await page.evaluate(`globalThis.pair = relayedPair(${JSON.stringify(servers)}), true`);
  const ask = (what: string) => page.evaluate(`pair.${what}`);
  return { ask, [Symbol.asyncDispose]: async () => void (await ask("close()")) };
}

function refusals({ refusedPeers }: TurnStatus): number {
  return refusedPeers["a guest reaches only relays of bridges"] ?? 0;
}
