import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { createLogging, ManualClock, Scope } from "#base";
import { openSocketCapture } from "#capture";
import { createAuthority, issueServer } from "#certificates";
import { tempFolder, tshark } from "../capture/testing.ts";
import { type DiagnosticLoggingOptions, type DiagnosticRequest, openDiagnosticLogging } from "./index.ts";
import { unzip } from "./testing.ts";

const ALL: DiagnosticRequest = {
  ...{ modules: ["proxy"], capture: true, addresses: [], ports: [], snaplen: 262_144, minutes: 60 },
};
const SHARED_SECRET = "s3cr3t-of-turn";
const { key: PRIVATE_KEY } = await issueServer(await createAuthority("test"), { names: ["join.test"] });
const CONFIG = `# the old one was ${SHARED_SECRET}-1
turn:
  sharedSecretFile: secrets/turn-secret
  sharedSecret: hunter22
web: { key: secrets/web.key, inline: ${JSON.stringify(PRIVATE_KEY)} }
storage: postgres://turnpike:pa55word@db/turnpike
`;

function world(t: TestContext, more: Partial<DiagnosticLoggingOptions> = {}) {
  const scope = new Scope();
  t.after(() => scope.close());
  const clock = new ManualClock();
  const { log, levels } = createLogging("error");
  const capture = openSocketCapture(scope, "proxy", clock);
  const options: DiagnosticLoggingOptions = {
    ...{ folder: tempFolder(scope), role: "edge", levels, clock, log: log.with({ part: "diagnostics" }) },
    modules: { proxy: "HTTP and WebSocket", turn: "TURN" },
    captures: [capture],
    status: async () => ({ tunnels: 2, turn: { secret: SHARED_SECRET, users: ["anna"] } }),
    configuration: () => CONFIG,
    certificates: () => `join.test, valid\n${PRIVATE_KEY}`,
    secrets: () => [SHARED_SECRET],
    resolve: async (name) => (name === "guest.test" ? ["127.0.0.1"] : []),
    ...more,
  };
  const diagnostics = openDiagnosticLogging(scope, options);
  const collect = async () => {
    const { name, body } = await diagnostics.archive();
    const files = unzip(await buffer(body));
    const folder = name.replace(/\.zip$/, "");
    return { name, files: new Map([...files].map(([path, content]) => [path.replace(`${folder}/`, ""), content])) };
  };
  return { scope, clock, log: log.with({ part: "proxy" }), levels, capture, options, diagnostics, collect };
}

/** One connection through the tap, as a listener of the role makes it. */
async function exchange({ scope, capture }: ReturnType<typeof world>, text: string) {
  const server = net.createServer((socket) => {
    const tapped = capture.wrap(socket);
    tapped.pipe(tapped);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  scope.defer(() => new Promise((resolve) => server.close(() => resolve())));
  const client = net.connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.end(text);
  await buffer(client);
}

test("a session collects lines at debug, packets and markers into one archive, and ends as it began", async (t) => {
  const w = world(t);
  w.log.debug("before");
  const running = await w.diagnostics.start({ ...ALL, addresses: ["guest.test"] });
  assert.equal(running.state, "running");
  assert.equal(w.levels.of("proxy"), "debug");
  w.log.debug("request", { traceId: "4bf9" });
  await exchange(w, "hello");
  await w.diagnostics.marker("here\nit is\u001b[1m");
  await w.diagnostics.stop();
  assert.equal(w.levels.of("proxy"), "error");
  w.log.debug("after");
  const { name, files } = await w.collect();
  assert.match(name, /^turnpike-edge-diagnostics-\d{8}T\d{6}Z\.zip$/);
  assert.deepEqual(
    [...files.keys()].sort(),
    [
      ...["README.txt", "certificates.txt", "configuration.yaml", "log-00001.jsonl", "proxy-00001.pcapng"],
      ...["session.json", "status.json"],
    ].sort(),
  );
  const lines = String(files.get("log-00001.jsonl"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { time, ...request } = lines.find(({ event }) => event === "request");
  assert.deepEqual(request, { level: "debug", part: "proxy", event: "request", traceId: "4bf9" });
  assert.equal(time, new Date(w.clock.now()).toISOString());
  assert.ok(!lines.some(({ event }) => event === "before" || event === "after"));
  const pcap = join(w.options.folder, "capture.pcapng");
  writeFileSync(pcap, files.get("proxy-00001.pcapng")!);
  const data = await tshark(pcap, "tcp.len > 0", ["tcp.payload"]);
  assert.deepEqual(data, Array(2).fill([Buffer.from("hello").toString("hex")]));
  const notes = await tshark(pcap, "systemd_journal", ["systemd_journal.message"]);
  assert.deepEqual(notes, [["DEBUG_MARKER here it is [1m"]]);
  const { start, stop } = JSON.parse(String(files.get("status.json")));
  assert.deepEqual([start.status.tunnels, stop.status.tunnels], [2, 2]);
  assert.match(String(files.get("README.txt")), /filter: guest\.test, 262144 bytes/);
});

test("no secret gets into the archive, by whatever way it comes", async (t) => {
  const w = world(t);
  await w.diagnostics.start(ALL);
  w.log.debug("headers", { headers: { cookie: "sid=c00kie-value", Authorization: "Bearer t0ken-value" } });
  w.log.debug(`url /meeting/1?secret=gu3st-secret`, { password: "p4ssword-value", deep: [{ passcode: "12345678" }] });
  w.log.debug("TURN", { line: `key ${SHARED_SECRET}`, error: new Error(`bad ${SHARED_SECRET}`), pem: PRIVATE_KEY });
  w.log.debug("jwt", { text: "got eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl" });
  const http =
    "GET /join?secret=gu3st-secret HTTP/1.1\r\nHost: a\r\nCookie: sid=c00kie-value\r\nauthorization: Basic t0ken-value\r\n\r\n";
  await exchange(w, `${http}passcode=p4ssword-value`);
  await w.diagnostics.stop();
  const { files } = await w.collect();
  const everything = Buffer.concat([...files.values()]).toString("latin1");
  const secrets = [
    ...[
      "c00kie-value",
      "t0ken-value",
      "gu3st-secret",
      "p4ssword-value",
      "12345678",
      "eyJzdWIiOi",
      "hunter22",
      "pa55word",
    ],
    ...[SHARED_SECRET, PRIVATE_KEY.split("\n")[2]!, "PRIVATE KEY"],
  ];
  assert.deepEqual(
    secrets.filter((secret) => everything.includes(secret)),
    [],
  );
  assert.match(String(files.get("configuration.yaml")), /sharedSecretFile: secrets\/turn-secret/);
  assert.match(everything, /GET \/join\?\*{19} HTTP\/1\.1\r\nHost: a\r\nCookie: \*{16}/);
});

test("one runs at a time, a new one replaces the old, and what cannot be is refused by name", async (t) => {
  const w = world(t);
  const code = (expected: string) => (error: { code?: string }) => error.code === expected;
  await assert.rejects(w.diagnostics.archive(), code("DIAGNOSTICS_NOTHING"));
  await assert.rejects(w.diagnostics.stop(), code("DIAGNOSTICS_NOT_RUNNING"));
  await assert.rejects(w.diagnostics.marker("x"), code("DIAGNOSTICS_NOT_RUNNING"));
  await assert.rejects(w.diagnostics.start({ ...ALL, modules: ["tls"] }), code("DIAGNOSTICS_NO_MODULE"));
  for (const addresses of [["nobody.test"], ["10.0.0/8"], ["10.0.0.1; rm"]])
    await assert.rejects(w.diagnostics.start({ ...ALL, addresses }), code("CAPTURE_BAD_FILTER"));
  await w.diagnostics.start(ALL);
  await assert.rejects(w.diagnostics.start(ALL), code("DIAGNOSTICS_RUNNING"));
  await exchange(w, "first");
  await w.diagnostics.stop();
  assert.ok((await w.collect()).files.has("proxy-00001.pcapng"));
  await w.diagnostics.start({ ...ALL, capture: false });
  await exchange(w, "second");
  await w.diagnostics.stop();
  assert.ok(!(await w.collect()).files.has("proxy-00001.pcapng"));
});

test("it ends by itself when its time is over, and with the role", async (t) => {
  const w = world(t);
  const over = Promise.withResolvers<void>();
  let changes = 0;
  w.diagnostics.onChange(() => {
    changes++;
    if (changes === 2) over.resolve();
  });
  // A hundredth of a second.
  await w.diagnostics.start({ ...ALL, minutes: 1 / 6000 });
  await over.promise;
  const state = await w.diagnostics.state();
  assert.ok(state.state === "stopped" && state.why === "its time is over");
  await w.diagnostics.start(ALL);
  await w.scope.close();
  const last = await w.diagnostics.state();
  assert.ok(last.state === "none" || (last.state === "stopped" && last.why === "the role stopped"));
});

test("what a role had collected when it died is found again as interrupted", async (t) => {
  const w = world(t);
  await w.diagnostics.start(ALL);
  w.log.debug("the last line");
  await w.collect();
  // Another opens the folder, as the role does after its death.
  const later = world(t, { folder: w.options.folder });
  const state = await later.diagnostics.state();
  assert.equal(state.state, "interrupted");
  const { files } = await later.collect();
  assert.match(String(files.get("log-00001.jsonl")), /the last line/);
  assert.match(String(files.get("README.txt")), /interrupted: the role died/);
  assert.ok(existsSync(w.options.folder));
});

test("a folder that cannot be used is named, and the role goes on", async (t) => {
  const w = world(t, { folder: "/dev/null/diagnostics" });
  await assert.rejects(w.diagnostics.start(ALL), (error: Error & { code?: string }) => {
    assert.equal(error.code, "DIAGNOSTICS_FOLDER");
    assert.match(error.message, /\/dev\/null\/diagnostics/);
    return true;
  });
  assert.equal(w.levels.of("proxy"), "error");
  assert.deepEqual(await w.diagnostics.state(), { state: "none" });
});
