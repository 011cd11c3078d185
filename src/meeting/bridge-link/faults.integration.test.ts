import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, connect as netConnect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connect as tlsConnect } from "node:tls";
import { memoryLog, Scope, systemClock, TurnpikeError } from "#base";
import { issueLink } from "#certificates";
import { Resolver } from "#dns";
import { listen } from "#listeners";
import { until } from "#until";
import { type LinkReport, type LinkStatus, parseC2wUrl, TrustFolder } from "./index.ts";
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
  trustOf,
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
  dial(scope, links.address, { trust: trustOf(renewed.certificate + webBridge.certificate) });
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

test("c2w URLs that are none are told from those that are", () => {
  assert.ok(parseC2wUrl("c2w://web-bridge.example.com:9999") && parseC2wUrl("c2w://[2001:db8::1]:449"));
  for (const url of ["c2w://web-bridge.example.com", "https://a:443", "c2w://a:b", "c2w://a:1/x", ""])
    assert.equal(parseC2wUrl(url), undefined);
});

test("a name that leads to the edge is named as that, the guide's commonest fault", async () => {
  await using scope = new Scope();
  const links = await accept(scope, memoryLog(), LOOPBACK, await issueLink("edge"));
  const hosts = new Map([["web-bridge.test", ["127.0.0.1"]]]);
  const dns = new Resolver({ servers: [], hosts, clock: systemClock });
  const failure = await firstFailure((onStatus) =>
    dial(scope, links.address, { host: "web-bridge.test", dns, edgeAddresses: ["127.0.0.1"], onStatus }),
  );
  assert.equal(failure.code, "BRIDGE_LINK_WRONG_ADDRESS");
  assert.match(failure.detail, /"web-bridge.test" resolves to 127.0.0.1, which is the edge and not the Web Bridge/);
});

test("a target that is taken away is hung up, one that stays is left alone, a new one is dialled", async () => {
  await using scope = new Scope();
  const [one, two] = [await accept(scope, memoryLog()), await accept(scope, memoryLog())];
  const links = dial(scope, one.address);
  await until(() => one.count === 1, "first link");
  const since = links.reports()[0]?.status;
  const url = `c2w://127.0.0.1:${two.address.port}`;
  links.setTargets([
    { id: "web-bridge-1", url: `c2w://127.0.0.1:${one.address.port}` },
    { id: "web-bridge-2", url },
  ]);
  await until(() => two.count === 1, "second link");
  assert.deepEqual(links.reports()[0]?.status, since);
  assert.equal(links.reports()[1]?.link, 2);
  links.setTargets([{ id: "web-bridge-2", url }]);
  await until(() => one.count === 0, "first link gone");
  assert.deepEqual(
    links.reports().map(({ id }) => id),
    ["web-bridge-2"],
  );
});

test("trust that is withdrawn on either side cuts the live link, and given back brings it up at once", async () => {
  await using scope = new Scope();
  const folder = mkdtempSync(join(tmpdir(), "turnpike-trust-"));
  scope.defer(() => rmSync(folder, { recursive: true }));
  const trusts = [new TrustFolder(join(folder, "call-bridges")), new TrustFolder(join(folder, "web-bridges"))] as const;
  const theirs = [callBridge.certificate, webBridge.certificate] as const;
  trusts.forEach((trust, i) => void trust.add(theirs[i]!));
  const links = await accept(scope, memoryLog(), LOOPBACK, webBridge, trusts[0]);
  const dialled = dial(scope, links.address, { trust: trusts[1] });
  for (const [i, trust] of trusts.entries()) {
    await until(() => links.count === 1 && dialled.reports()[0]?.status.state === "connected", "link up");
    trust.remove(trust.list()[0]!.fingerprint.slice(0, 23));
    const failure = await until(() => {
      const status = dialled.reports()[0]!.status;
      return status.state === "failed" && status.code === "BRIDGE_LINK_TRUST_FAILURE" && status;
    }, "trust failure");
    assert.match(failure.detail, i === 0 ? /does not trust this Call Bridge/ : /the Web Bridge is not trusted/);
    assert.equal(links.count, 0);
    trust.add(theirs[i]!);
    dialled.retry();
  }
  await until(() => links.count === 1, "link up again");
});

test("told to try again while a try hangs, it waits for no longer than that one does", async () => {
  await using scope = new Scope();
  const held: Socket[] = [];
  const silent = createServer((socket) => held.push(socket));
  const waits: number[] = [];
  const onStatus = ({ status }: LinkReport) =>
    void (status.state === "failed" && waits.push(status.nextTryAt - Date.now()));
  const dialled = dial(scope, await listen(scope, silent, LOOPBACK), { onStatus });
  await until(() => held[0], "first try");
  dialled.retry();
  held[0]!.destroy();
  await until(() => held[1], "second try");
  held[1]!.destroy();
  await until(() => waits.length === 2, "second failure");
  assert.ok(waits[0]! < 100, "at once");
  assert.ok(waits[1]! > 300, "later again");
});

test("what is no single certificate is not trusted, and a fingerprint must mean one", () => {
  const trust = new TrustFolder(mkdtempSync(join(tmpdir(), "turnpike-trust-")));
  const refuses = (act: () => unknown, code: string) =>
    assert.throws(act, (error) => error instanceof TurnpikeError && error.code === code);
  refuses(() => trust.add("hello"), "BRIDGE_LINK_BAD_CERTIFICATE");
  refuses(() => trust.add(webBridge.certificate + callBridge.certificate), "BRIDGE_LINK_BAD_CERTIFICATE");
  refuses(() => trust.add(webBridge.key), "BRIDGE_LINK_BAD_CERTIFICATE");
  const { fingerprint } = trust.add(webBridge.certificate);
  trust.add(webBridge.certificate);
  assert.equal(trust.list().length, 1);
  refuses(() => trust.remove(fingerprint.slice(0, 5)), "BRIDGE_LINK_NO_SUCH_TRUST");
  refuses(() => trust.remove("0123456789"), "BRIDGE_LINK_NO_SUCH_TRUST");
  assert.equal(trust.remove(fingerprint).fingerprint, fingerprint);
  assert.deepEqual(trust.list(), []);
});
