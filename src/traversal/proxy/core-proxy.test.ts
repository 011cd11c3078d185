import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import { request } from "node:http";
import { type Duplex, duplexPair } from "node:stream";
import { type TestContext, test } from "node:test";
import { memoryLog, Scope } from "#base";
import { until } from "#until";
import { testServer, type Zone } from "../../platform/dns/testing.ts";
import { type CoreProxy, type CoreProxySettings, type JoinHost, startCoreProxy } from "./core-proxy.ts";
import { address, bridge, HOST, resolver, SRV, srv, TIMES, trusted } from "./targets/testing.ts";

const TRACE = "0123456789abcdef";
const hello: RequestListener = (message, response) => response.end(`hello from ${message.socket.localPort}`);

async function core(t: TestContext, settings: CoreProxySettings, zone: Zone = {}): Promise<CoreProxy> {
  const scope = new Scope();
  t.after(() => scope.close());
  const dns = resolver(await testServer(scope, zone));
  return startCoreProxy(scope, { ...settings, dns, log: memoryLog(), times: TIMES });
}

const at = (port: number, change: Partial<JoinHost> = {}): JoinHost => ({
  host: HOST,
  target: { address: "127.0.0.1", port },
  trust: trusted,
  ...change,
});

/** The edge's end of a channel. */
function channelOf(proxy: CoreProxy, host = HOST): Duplex {
  const [near, far] = duplexPair();
  near.on("error", () => {});
  proxy.accept(host, far, "edge");
  return near;
}

interface Answered {
  readonly status: number;
  readonly error: unknown;
  readonly body: string;
}

/** One request as the edge sends it. */
async function ask(proxy: CoreProxy, method = "GET", path = "/", host = HOST): Promise<Answered> {
  const headers = { host, "x-turnpike-trace": TRACE, forwarded: `for=192.0.2.1;host=${host};proto=https` };
  const message = request({ createConnection: () => channelOf(proxy, host), method, path, headers });
  message.end();
  const [response] = (await once(message, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  message.destroy();
  const error = response.headers["x-turnpike-error"];
  return { status: response.statusCode!, error, body: Buffer.concat(chunks).toString() };
}

test("each request goes to the target whose turn it is, by weight, and is counted", async (t) => {
  const [a, b] = [await bridge(t, hello), await bridge(t, hello)];
  const proxy = await core(
    t,
    { joinHosts: [{ host: HOST, trust: trusted }] },
    {
      [SRV]: [srv(a.port, 10, 3), srv(b.port, 10, 1)],
      "A wb.example.com": [address("wb.example.com", "127.0.0.1")],
    },
  );
  await until(() => proxy.status().joinHosts[0]!.targets.filter((one) => one.state === "active")[1], "both are active");
  const bodies = [];
  for (let i = 0; i < 8; i++) bodies.push((await ask(proxy)).body);
  assert.equal(bodies.filter((body) => body === `hello from ${a.port}`).length, 6);
  assert.deepEqual(
    proxy.status().joinHosts[0]!.targets.map(({ requests }) => requests),
    [6, 2],
  );
  a.stop();
  assert.equal((await ask(proxy)).body, `hello from ${b.port}`);
  assert.equal((await ask(proxy, "PUT")).body, `hello from ${b.port}`);
});

test("a join host comes and goes while the others go on, with their counters", async (t) => {
  const other = "other.example.com";
  const { port } = await bridge(t, hello);
  const proxy = await core(t, { joinHosts: [at(port)] });
  await ask(proxy);
  assert.equal(channelOf(proxy, other).destroyed || (await closed(channelOf(proxy, other))), true);
  const kept = channelOf(proxy);
  proxy.configure({ joinHosts: [at(port), { ...at(port), host: other }] });
  assert.deepEqual(
    proxy.status().joinHosts.map(({ host, targets }) => [host, targets[0]?.requests]),
    [
      [HOST, 1],
      [other, undefined],
    ],
  );
  const ending = channelOf(proxy, other);
  proxy.configure({ joinHosts: [at(port)] });
  await closed(ending);
  assert.equal(kept.destroyed || kept.readableEnded, false);
  assert.equal((await ask(proxy)).status, 200);
  assert.equal(proxy.status().allowList.rules[0]!.allowed, 2);
});

for (const [what, off] of [
  ["the whole is", (port: number) => ({ enabled: false, joinHosts: [at(port)] })],
  ["its join host is", (port: number) => ({ joinHosts: [at(port, { enabled: false })] })],
] as const)
  test(`while ${what} switched off, guests are refused, and what was open ends`, async (t) => {
    const { port } = await bridge(t, hello);
    const proxy = await core(t, { joinHosts: [at(port)] });
    const open = channelOf(proxy);
    proxy.configure(off(port));
    await closed(open);
    const answer = await ask(proxy);
    assert.deepEqual([answer.status, answer.error], [502, "CORE_WEB_BRIDGE_UNREACHABLE"]);
    proxy.configure({ joinHosts: [at(port)] });
    assert.equal((await ask(proxy)).status, 200);
  });

test("editable rules and WHIP open methods, at once", async (t) => {
  const { port } = await bridge(t, hello);
  const proxy = await core(t, { joinHosts: [at(port)] });
  assert.equal((await ask(proxy, "PATCH", "/whip/1")).error, "CORE_ALLOW_LIST_REFUSED");
  proxy.configure({ joinHosts: [at(port, { whip: true })] });
  assert.equal((await ask(proxy, "PATCH", "/whip/1")).status, 200);
  const rule = { id: "one", description: "", url: `https://${HOST}/only`, match: "exact", enabled: true } as const;
  proxy.configure({ joinHosts: [at(port, { automaticRules: false })], rules: [{ ...rule, methods: "default" }] });
  assert.equal((await ask(proxy, "GET", "/only")).status, 200);
  assert.equal((await ask(proxy, "GET", "/else")).status, 403);
  assert.equal(proxy.explain("GET", `https://${HOST}/only`).rule?.id, "one");
});

test("a refusal is noted with who asked, by which trace, and the nearest rule", async (t) => {
  const { port } = await bridge(t, hello);
  const proxy = await core(t, { joinHosts: [at(port)] });
  await ask(proxy, "PATCH", "/x/../y?secret=1");
  const { refusals } = proxy.status().allowList;
  assert.deepEqual(
    refusals.map(({ method, url, source, traceId, nearest }) => [method, url, source, traceId, nearest]),
    [["PATCH", `https://${HOST}/y`, "192.0.2.1", TRACE, `GET,POST,PUT,HEAD,DELETE https://${HOST}/*`]],
  );
});

test("a name that leads back through the edge is found by the first check, and no request goes round", async (t) => {
  let proxy: CoreProxy | undefined;
  let rounds = 0;
  // What an edge does with it: the tunnel brings it back here.
  const { port } = await bridge(t, (message, response) => {
    rounds++;
    const headers = {
      host: HOST,
      "x-turnpike-trace": String(message.headers["x-turnpike-trace"]),
      forwarded: `for=192.0.2.1;host=${HOST};proto=https`,
    };
    const again = request({ createConnection: () => channelOf(proxy!), path: message.url, headers }, (answer) => {
      response.writeHead(answer.statusCode!);
      answer.pipe(response);
    });
    again.end();
  });
  proxy = await core(t, { joinHosts: [at(port)] });
  assert.equal((await ask(proxy)).error, "CORE_WEB_BRIDGE_UNREACHABLE");
  const [row] = proxy.status().joinHosts[0]!.targets;
  assert.equal(row?.state === "failed" && row.problem, "loop");
  assert.ok(rounds <= 2, `${rounds} rounds`);
  assert.equal(proxy.status().allowList.refused, 0);
});

test("listeners are told of changes until they go, and a check looks at once", async (t) => {
  const one = await bridge(t, hello);
  const zone: Zone = { [SRV]: [srv(one.port)], "A wb.example.com": [address("wb.example.com", "127.0.0.1")] };
  const scope = new Scope();
  t.after(() => scope.close());
  const server = await testServer(scope, zone);
  const proxy = startCoreProxy(scope, {
    joinHosts: [{ host: HOST, trust: trusted }],
    dns: resolver(server),
    log: memoryLog(),
    times: TIMES,
  });
  let told = 0;
  const stop = proxy.onChange(() => told++);
  await until(() => proxy.status().joinHosts[0]!.targets[0]?.state === "active", "it is active");
  const before = told;
  assert.ok(before > 0);
  const two = await bridge(t, hello);
  server.zone[SRV] = [srv(two.port)];
  await proxy.check(HOST);
  assert.equal(proxy.status().joinHosts[0]!.targets[0]!.address, `127.0.0.1:${two.port}`);
  assert.ok(told > before);
  stop();
  const last = told;
  two.stop();
  await proxy.check();
  assert.equal(proxy.status().joinHosts[0]!.targets[0]!.state, "failed");
  assert.equal(told, last);
});

async function closed(channel: Duplex): Promise<boolean> {
  channel.resume();
  if (!channel.readableEnded && !channel.destroyed) await Promise.race([once(channel, "close"), once(channel, "end")]);
  return true;
}
