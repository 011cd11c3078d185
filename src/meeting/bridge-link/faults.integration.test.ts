import assert from "node:assert/strict";
import { createServer, connect as netConnect, type Socket } from "node:net";
import { test } from "node:test";
import { connect as tlsConnect } from "node:tls";
import { memoryLog, Scope, TurnpikeError } from "#base";
import { issueLink } from "#certificates";
import { listen } from "#listeners";
import { type LinkReport, type LinkStatus, webBridgesSection } from "./index.ts";
import {
  ADMITTED,
  accept,
  callBridge,
  dial,
  echoService,
  FakeClient,
  LOOPBACK,
  linkWorld,
  ORIGIN,
  SIGNALLING,
  until,
  webBridge,
} from "./testing.ts";

/** A label of more than 63 characters (RFC 1035 2.3.4): refused by the resolver without asking anyone. */
const UNRESOLVABLE = `${"x".repeat(64)}.invalid`;

type Failed = Extract<LinkStatus, { state: "failed" }>;

async function firstFailure(start: (onStatus: (report: LinkReport) => void) => unknown): Promise<Failed> {
  const seen: Failed[] = [];
  start(({ status }) => status.state === "failed" && seen.push(status));
  return until(() => seen[0], "failure of the link");
}

test("a name that does not resolve is a DNS failure in the words of the guide, and is tried again within a second", async () => {
  await using scope = new Scope();
  const log = memoryLog();
  const failure = await firstFailure((onStatus) =>
    dial(scope, { address: "", port: 9999 }, { host: UNRESOLVABLE, onStatus, log }),
  );
  assert.equal(failure.code, "BRIDGE_LINK_DNS_FAILURE");
  assert.ok(failure.detail.startsWith(`web bridge link 1: name resolution for "${UNRESOLVABLE}" failed`));
  assert.ok(failure.nextTryAt - Date.now() <= 1000);
  assert.ok(log.lines.some((line) => line.level === "warn" && line.fields.code === "BRIDGE_LINK_DNS_FAILURE"));
});

test("a port where nothing listens is a connect failure", async () => {
  await using scope = new Scope();
  const passing = new Scope();
  const free = await listen(passing, createServer(), LOOPBACK);
  await passing.close();
  const failure = await firstFailure((onStatus) => dial(scope, free, { onStatus }));
  assert.equal(failure.code, "BRIDGE_LINK_CONNECT_FAILURE");
  assert.match(
    failure.detail,
    /^failed to establish connection to web bridge link 1 at 127.0.0.1:\d+ \(ECONNREFUSED\)/,
  );
});

test("the Call Bridge trusts the one certificate only, not another of the same name, and sends it nothing", async () => {
  await using scope = new Scope();
  const log = memoryLog();
  const links = await accept(scope, log, LOOPBACK, await issueLink("web-bridge"));
  const failure = await firstFailure((onStatus) => dial(scope, links.address, { onStatus }));
  assert.equal(failure.code, "BRIDGE_LINK_TRUST_FAILURE");
  assert.match(failure.detail, /the Web Bridge is not trusted: it showed the certificate ([0-9A-F]{2}:){31}/);
  assert.equal(links.count, 0);
});

test("a Web Bridge that does not trust the Call Bridge says so, and the Call Bridge names it", async () => {
  await using scope = new Scope();
  const log = memoryLog();
  const links = await accept(scope, log);
  const own = await issueLink("call-bridge");
  const failure = await firstFailure((onStatus) => dial(scope, links.address, { own, onStatus }));
  assert.equal(failure.code, "BRIDGE_LINK_TRUST_FAILURE");
  assert.match(failure.detail, /does not trust this Call Bridge's certificate/);
  assert.equal(links.count, 0);
  const line = await until(() => log.lines.find((l) => l.event === "bridge link refused"), "log line");
  assert.match(String(line.fields.why), /the Call Bridge is not trusted/);
});

test("a client without a certificate is never asked anything and gets no link", async () => {
  await using scope = new Scope();
  const links = await accept(scope, memoryLog());
  const socket = tlsConnect({ ...links.address, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["h2"] });
  let closed = false;
  socket
    .on("error", () => {})
    .on("close", () => (closed = true))
    .resume();
  await until(() => closed, "connection closed by the Web Bridge");
  assert.equal(links.count, 0);
});

test("when the link is lost its streams close with 1012, calls say so, and the link comes back by itself", async () => {
  await using scope = new Scope();
  const log = memoryLog();
  const links = await accept(scope, log);
  const first = new Scope();
  let closedThere: number | undefined;
  const service = echoService({
    openSignalling: (_request, _origin, stream) => {
      stream.onClose((code) => (closedThere = code));
      stream.onMessage((frame) => stream.send(frame));
    },
  });
  const throughProxy = await cuttable(scope, links.address.port);
  const reports: LinkReport[] = [];
  dial(first, throughProxy.address, { service, onStatus: (report) => reports.push(report) });
  const bridge = await until(() => links.pick(), "link up");
  const client = new FakeClient();
  bridge.openSignalling(SIGNALLING, ORIGIN, client);
  client.says("hello");
  await until(() => client.received.length === 1, "echo");
  throughProxy.cut();
  assert.equal((await until(() => client.closed, "close at the client")).code, 1012);
  assert.equal(await until(() => closedThere, "close at the Call Bridge"), 1012);
  await assert.rejects(bridge.join({ callId: "123456789", name: "A" }, ORIGIN), (error) => {
    return error instanceof TurnpikeError && error.code === "BRIDGE_LINK_DOWN" && error.guest !== undefined;
  });
  const again = await until(() => links.pick(), "link up again");
  assert.deepEqual(await again.join({ callId: "123456789", name: "A" }, ORIGIN), ADMITTED);
  assert.ok(reports.some(({ status }) => status.state === "failed" && status.code === "BRIDGE_LINK_LOST"));
  await first.close();
});

test("a link over which nothing comes back any more is noticed by both ends within seven seconds", async () => {
  await using scope = new Scope();
  const links = await accept(scope, memoryLog());
  const throughProxy = await cuttable(scope, links.address.port);
  const reports: LinkReport[] = [];
  dial(scope, throughProxy.address, { onStatus: (report) => reports.push(report) });
  const bridge = await until(() => links.pick(), "link up");
  const client = new FakeClient();
  bridge.openSignalling(SIGNALLING, ORIGIN, client);
  throughProxy.freeze();
  assert.equal((await until(() => client.closed, "close at the client", 7000)).code, 1012);
  await until(() => links.count === 0, "link gone at the Web Bridge");
  await until(() => reports.find(({ status }) => status.state === "failed"), "failure at the Call Bridge", 7000);
});

test("requests go to all links in turns", async () => {
  await using scope = new Scope();
  const links = await accept(scope, memoryLog());
  for (const name of ["one", "two"])
    dial(scope, links.address, { service: echoService({ validateToken: async () => ({ status: 200, text: name }) }) });
  await until(() => links.count === 2, "both links");
  const texts = [];
  for (let i = 0; i < 4; i++) texts.push((await links.pick()!.validateToken("t")).text);
  assert.deepEqual([...texts].sort(), ["one", "one", "two", "two"]);
  assert.notEqual(texts[0], texts[1]);
});

test("closing the Call Bridge's scope tells clients 1012 and leaves nothing behind", async () => {
  const far = new Scope();
  await using scope = new Scope();
  const links = await accept(scope, memoryLog());
  dial(far, links.address);
  const client = new FakeClient();
  (await until(() => links.pick(), "link up")).openSignalling(SIGNALLING, ORIGIN, client);
  client.says("hello");
  await until(() => client.received.length === 1, "echo");
  await far.close();
  assert.equal((await until(() => client.closed, "close")).code, 1012);
  await until(() => links.count === 0, "link gone");
});

test("the pinned text may hold the old and the new certificate of a renewal", async () => {
  await using scope = new Scope();
  const { links } = await linkWorld(scope);
  const renewed = await issueLink("web-bridge");
  dial(scope, links.address, { pinned: renewed.certificate + webBridge.certificate, own: callBridge });
  await until(() => links.count === 2, "both links");
});

/** A TCP relay that can be cut or stopped. */
async function cuttable(scope: Scope, port: number) {
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((near) => {
    const far = netConnect({ host: "127.0.0.1", port });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {}).on("close", () => to.destroy());
      from.on("data", (chunk) => frozen || to.write(chunk));
    }
  });
  const address = await listen(scope, server, LOOPBACK);
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  scope.defer(cut);
  return { address, cut, freeze: () => (frozen = true) };
}

test("bytes that are no TLS, and TLS that is no HTTP/2, leave the links that are up alone", async () => {
  await using scope = new Scope();
  const { links } = await linkWorld(scope);
  await until(() => links.count === 1, "link up");
  const { port } = links.address;
  const bad: Socket[] = [
    netConnect({ host: "127.0.0.1", port }, () => bad[0]!.write("GET / HTTP/1.1\r\n\r\n")),
    tlsConnect({
      host: "127.0.0.1",
      port,
      rejectUnauthorized: false,
      cert: callBridge.certificate,
      key: callBridge.key,
    }),
  ];
  bad[1]!.once("secureConnect", () => bad[1]!.write("not a frame of HTTP/2 at all".repeat(100)));
  let closed = 0;
  for (const socket of bad)
    socket
      .on("error", () => {})
      .on("close", () => closed++)
      .resume();
  await until(() => closed === 2, "both turned away");
  assert.equal(links.count, 1);
  assert.deepEqual(await links.require().join({ callId: "123456789", name: "A" }, ORIGIN), ADMITTED);
});

test("c2w URLs that are none are refused in the configuration", () => {
  const section = (url: string) => webBridgesSection.safeParse([{ url, certificate: "a.pem" }]).success;
  assert.ok(section("c2w://web-bridge.example.com:9999") && section("c2w://[2001:db8::1]:449"));
  for (const url of ["c2w://web-bridge.example.com", "https://a:443", "c2w://a:b", "c2w://a:1/x", ""])
    assert.ok(!section(url));
});
