import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect, createServer } from "node:tls";
import { ManualClock, memoryLog, Scope, TurnpikeError } from "#base";
import {
  type CertificateStore,
  type CertificateUses,
  createAuthority,
  createSshKey,
  issueServer,
  openCertificateStore,
  type Pair,
} from "./index.ts";

const base = mkdtempSync(join(tmpdir(), "turnpike-store-"));
after(() => rmSync(base, { recursive: true }));

const DAY_MS = 86_400_000;
const NAMES = ["join.example.com"];
const authority = await createAuthority("Test authority");
const ca = join(base, "ca.pem");
writeFileSync(ca, authority.certificate);
const issue = (names = NAMES, now = Date.now()) => issueServer(authority, { names }, now);
const [one, two, three] = [await issue(), await issue(), await issue()];

async function world(pair: Pair = one) {
  const folder = mkdtempSync(join(base, "web-"));
  const files = { certificate: join(folder, "web.pem"), key: join(folder, "web.key") };
  const put = ({ certificate, key }: Partial<Pair>) => {
    if (certificate) writeFileSync(files.certificate, certificate);
    if (key) writeFileSync(files.key, key);
  };
  put(pair);
  const uses: CertificateUses = { uses: { web: { source: { from: "files", ...files }, names: NAMES, ca } } };
  const scope = new Scope();
  const clock = new ManualClock(Date.now());
  const { lines, ...log } = memoryLog();
  const store = await openCertificateStore(scope, { ...uses, log, clock, lookEveryMs: 2 });
  const told = () => lines.filter(({ level }) => level === "error");
  const codes = () => store.rows()[0]!.problems.map(({ code }) => code);
  const looked = () => scope.sleep(15);
  return {
    folder,
    files,
    put,
    uses,
    scope,
    clock,
    store,
    told,
    codes,
    looked,
    [Symbol.asyncDispose]: () => scope.close(),
  };
}

function nextPair(store: CertificateStore): Promise<Pair> {
  return new Promise((resolve) => {
    const stop = store.onChange((_use, pair) => {
      stop();
      resolve(pair);
    });
  });
}

function nextState(store: CertificateStore): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.onState(() => {
      stop();
      resolve();
    });
  });
}

async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof TurnpikeError, String(error));
    return error.code;
  }
  return "done";
}

test("replaced files are served to new connections, and old ones go on", async () => {
  await using w = await world();
  const { certificate, key } = w.store.pair("web");
  const server = createServer({ cert: certificate, key }, (socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  w.store.onChange((_use, pair) => server.setSecureContext({ cert: pair.certificate, key: pair.key }));
  const reach = async () => {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: "127.0.0.1", port, ca: authority.certificate, servername: NAMES[0]! });
    await once(socket, "secureConnect");
    return socket;
  };
  const old = await reach();
  const changed = nextPair(w.store);
  w.put(two);
  assert.deepEqual(await changed, two);
  const fresh = await reach();
  assert.equal(fresh.getPeerX509Certificate()!.fingerprint256, new X509Certificate(two.certificate).fingerprint256);
  old.write("still here");
  assert.equal(String((await once(old, "data"))[0]), "still here");
  for (const socket of [old, fresh]) socket.destroy();
  server.close();
});

test("a pair that is half written is waited for in silence, and told once if nothing follows", async () => {
  await using w = await world();
  w.put({ certificate: two.certificate });
  await w.looked();
  w.clock.advance(9000);
  await w.looked();
  assert.deepEqual([w.told(), w.codes()], [[], []]);
  const changed = nextPair(w.store);
  w.put({ key: two.key });
  assert.deepEqual(await changed, two);

  w.put({ certificate: three.certificate });
  await w.looked();
  const state = nextState(w.store);
  w.clock.advance(10_000);
  await state;
  assert.deepEqual(w.codes(), ["file-bad"]);
  assert.match(w.store.rows()[0]!.problems[0]!.text, /web\.key: not the key of the certificate in .*web\.pem/);
  w.clock.advance(60_000);
  await w.looked();
  assert.equal(w.told().length, 1);
  assert.deepEqual(w.store.pair("web"), two);

  const mended = nextState(w.store);
  w.put(two);
  await mended;
  assert.deepEqual(w.codes(), []);
});

test("files that are gone, empty or expired change nothing, and are told", async () => {
  await using w = await world();
  const expired = await issue(NAMES, Date.now() - 500 * DAY_MS);
  for (const bad of [{ certificate: "junk" }, expired, { certificate: " ", key: " " }]) {
    w.put(bad);
    await w.looked();
    w.clock.advance(10_000);
    await w.looked();
    assert.deepEqual(w.codes(), ["file-bad"]);
  }
  rmSync(w.files.certificate);
  await w.looked();
  assert.deepEqual(w.store.pair("web"), one);
  assert.equal(await codeOf(() => w.store.renewNow("web")), "CERTIFICATE_UNREADABLE");
});

test("a certificate for tomorrow is taken over tomorrow", async () => {
  await using w = await world();
  const tomorrow = await issue(NAMES, Date.now() + DAY_MS);
  w.put(tomorrow);
  await w.looked();
  const changed = nextPair(w.store);
  w.clock.advance(DAY_MS);
  assert.deepEqual(await changed, tomorrow);
});

test("an expired certificate does not keep a role from starting, and its problem says so", async () => {
  await using w = await world(await issue(NAMES, Date.now() - 500 * DAY_MS));
  assert.deepEqual(w.codes(), ["expired"]);
  const state = nextState(w.store);
  w.put(two);
  await state;
  assert.deepEqual(w.codes(), []);
});

test("time alone brings a problem, and it is told", async () => {
  await using w = await world();
  const state = nextState(w.store);
  w.clock.advance(370 * DAY_MS);
  await state;
  assert.deepEqual(w.codes(), ["expires-soon"]);
});

test("an upload is checked, written with its key for the owner alone, served at once, and the former pair is kept", async () => {
  await using w = await world();
  assert.equal(
    await codeOf(() => w.store.install("web", { certificate: two.certificate, key: three.key })),
    "CERTIFICATE_KEY_MISMATCH",
  );
  assert.equal(await codeOf(() => w.store.install("web", { certificate: two.certificate })), "CERTIFICATE_KEY_MISSING");
  assert.equal(await codeOf(() => w.store.install("web", { certificate: "", key: "" })), "CERTIFICATE_UNREADABLE");
  assert.equal(await codeOf(() => w.store.install("turn", two)), "CERTIFICATE_NO_SUCH_USE");
  assert.equal(readFileSync(w.files.key, "utf8"), one.key);
  const row = w.store.install("web", two);
  assert.deepEqual(w.store.pair("web"), two);
  assert.deepEqual(row.problems, []);
  assert.deepEqual(readdirSync(w.folder).sort(), ["web.key", "web.key.before", "web.pem", "web.pem.before"]);
  assert.equal(readFileSync(join(w.folder, "web.key.before"), "utf8"), one.key);
  assert.equal(statSync(w.files.key).mode & 0o777, 0o600);
});

test("a stop between the two renames is mended at the next start", async () => {
  await using w = await world();
  writeFileSync(w.files.certificate, two.certificate);
  writeFileSync(`${w.files.key}.draft`, two.key, { mode: 0o600 });
  const scope = new Scope();
  const again = await openCertificateStore(scope, { ...w.uses, log: memoryLog() });
  assert.deepEqual(again.pair("web"), two);
  await scope.close();
});

test("a request is what openssl accepts, and its certificate comes without a key", async () => {
  await using w = await world();
  const request = await w.store.createRequest("web", ["join.example.com", "bücher.example", "192.0.2.1"]);
  const text = execFileSync("openssl", ["req", "-noout", "-text", "-verify"], { input: request, encoding: "utf8" });
  assert.match(text, /DNS:join\.example\.com, DNS:xn--bcher-kva\.example, IP Address:192\.0\.2\.1/);
  const { file } = w.store.rows()[0]!.request!;
  const [signed, keyFile] = [join(w.folder, "signed.pem"), join(base, "ca.key")];
  writeFileSync(keyFile, authority.key, { mode: 0o600 });
  const sign = ["x509", "-req", "-in", file, "-CA", ca, "-CAkey", keyFile, "-days", "90", "-copy_extensions", "copy"];
  execFileSync("openssl", [...sign, "-out", signed], { stdio: "pipe" });
  w.clock.set(Date.now());
  const row = w.store.install("web", { certificate: readFileSync(signed, "utf8") });
  assert.deepEqual(row.names, ["join.example.com", "xn--bcher-kva.example", "192.0.2.1"]);
  assert.deepEqual([row.problems, row.request], [[], undefined]);
  for (const name of ["no name", "a..b", "-x.example", ""])
    assert.equal(await codeOf(() => w.store.createRequest("web", [name])), "CERTIFICATE_NAME_INVALID");
});

test("a configuration is taken over whole or not at all, and what is as before is not touched", async () => {
  await using w = await world();
  const { web } = w.uses.uses;
  const missing = { source: { from: "files", certificate: "/none.pem", key: "/none.key" } as const, names: [] };
  const local = { source: { from: "local", folder: join(w.folder, "local") } as const, names: ["192.0.2.1"] };
  const code = await codeOf(() => w.store.configure({ uses: { web: local, admin: missing } }));
  assert.equal(code, "CERTIFICATE_UNREADABLE");
  assert.deepEqual([w.store.rows().length, w.store.pair("web")], [1, one]);
  assert.deepEqual(await w.store.configure({ uses: { web: web!, admin: local } }), ["admin"]);
  const changed = nextPair(w.store);
  assert.deepEqual(await w.store.configure({ uses: { web: local } }), ["web", "admin"]);
  assert.deepEqual(await changed, w.store.pair("web"));
  assert.deepEqual(w.store.rows()[0]!.names, ["192.0.2.1"]);
});

test("the local authority issues once, renews by itself, and its certificates have no problem", async () => {
  await using w = await world();
  const folder = join(w.folder, "local");
  const local = { source: { from: "local", folder } as const, names: NAMES };
  await w.store.configure({ uses: { web: local } });
  const first = w.store.rows()[0]!;
  assert.deepEqual([first.problems, first.source], [[], "local"]);
  await w.store.configure({ uses: {} });
  await w.store.configure({ uses: { web: local } });
  assert.equal(w.store.rows()[0]!.fingerprint, first.fingerprint);
  const changed = nextPair(w.store);
  w.clock.advance(280 * DAY_MS);
  await changed;
  assert.ok(w.store.rows()[0]!.daysLeft! > 390);
  for (const file of ["ca.key", "web.pem"]) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600);
  assert.equal(await codeOf(() => w.store.install("web", two)), "CERTIFICATE_RENEWED_BY_ITSELF");
});

test("files named beside ACME serve until it has a certificate, and a server that is away stops nobody", async () => {
  await using w = await world();
  const acme = { directory: "https://127.0.0.1:1/dir", folder: join(w.folder, "acme") };
  await w.store.configure({ uses: { web: { source: { from: "acme", acme, meanwhile: w.files }, names: NAMES, ca } } });
  assert.deepEqual(w.store.pair("web"), one);
  while (!w.codes().includes("acme-failed")) await nextState(w.store);
  const { lastError, state } = w.store.rows()[0]!.acme!;
  assert.deepEqual([lastError!.code, state], ["CERTIFICATE_ACME_UNREACHABLE", "waiting"]);
  assert.match(lastError!.text, /ECONNREFUSED/);
});

test("keys of the tunnel stand in the same list", async () => {
  await using w = await world();
  const key = createSshKey("turnpike edge");
  const file = join(w.folder, "host.pub");
  writeFileSync(file, key.publicKey);
  await w.store.configure({
    ...w.uses,
    sshKeys: [
      { use: "tunnel.hostKey", file },
      { use: "gone", file: "/none" },
    ],
  });
  const [, row, gone] = w.store.rows();
  assert.deepEqual([row!.fingerprint, row!.subject, row!.keyType], [key.fingerprint, "turnpike edge", "Ed25519"]);
  assert.deepEqual(
    gone!.problems.map(({ code }) => code),
    ["file-bad"],
  );
});

test("a key that OpenSSL does not serve is refused by name", async () => {
  await using w = await world();
  const weak = join(w.folder, "weak");
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "rsa:1024",
      "-nodes",
      "-keyout",
      `${weak}.key`,
      "-out",
      `${weak}.pem`,
      "-subj",
      "/CN=x",
    ],
    { stdio: "pipe" },
  );
  const upload = { certificate: readFileSync(`${weak}.pem`, "utf8"), key: readFileSync(`${weak}.key`, "utf8") };
  assert.equal(await codeOf(() => w.store.install("web", upload)), "CERTIFICATE_REFUSED_BY_TLS");
});
