import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createHttpsServer, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect, createServer as createTlsServer, type TLSSocket } from "node:tls";
import { type Clock, ManualClock, memoryLog, Scope, systemClock, TurnpikeError } from "#base";
import {
  type CertificateRow,
  type CertificateStore,
  createAuthority,
  issueServer,
  openCertificateStore,
} from "./index.ts";
import { startPebble } from "./testing/pebble.ts";

const pebble = await startPebble();
const base = mkdtempSync(join(tmpdir(), "turnpike-acme-"));
after(async () => {
  await pebble[Symbol.asyncDispose]();
  rmSync(base, { recursive: true });
});

const NAMES = ["join.example.com", "meet.example.com"];
const DAY_MS = 86_400_000;

interface World extends AsyncDisposable {
  readonly store: CertificateStore;
  readonly lines: ReturnType<typeof memoryLog>["lines"];
  readonly scope: Scope;
}

async function world(
  folder: string,
  more: { directory?: string; clock?: Clock; names?: string[]; ca?: string; lookEveryMs?: number } = {},
) {
  const scope = new Scope();
  const log = memoryLog();
  const { directory = pebble.directory, clock = systemClock, names = NAMES } = more;
  const acme = { directory, folder, ca: more.ca ?? pebble.ca, email: "admin@example.com" };
  const root = join(base, "root.pem");
  writeFileSync(root, await pebble.root());
  const use = { source: { from: "acme", acme } as const, names, ca: root };
  // Orders are begun by the tests, unless a test says how often the store looks by itself.
  const { lookEveryMs = 3_600_000 } = more;
  const store = await openCertificateStore(scope, { uses: { web: use }, log, clock, lookEveryMs });
  return { store, lines: log.lines, scope, [Symbol.asyncDispose]: () => scope.close() } satisfies World;
}

function folder(): string {
  return mkdtempSync(join(base, "acme-"));
}

/** Port 80, as the edge has it. */
async function serveChallenges(store: CertificateStore): Promise<AsyncDisposable> {
  const server = createServer((request, response) => {
    const [, token] = /^\/\.well-known\/acme-challenge\/([\w-]+)$/.exec(request.url ?? "") ?? [];
    const answer = token && store.challengeFor(token);
    response.writeHead(answer ? 200 : 404).end(answer);
  }).listen(pebble.challengePort, "127.0.0.1");
  await once(server, "listening");
  return closing(server);
}

function closing(server: Server): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      server.close().closeAllConnections();
      await once(server, "close");
    },
  };
}

async function issued(store: CertificateStore): Promise<void> {
  await using _port80 = await serveChallenges(store);
  await store.renewNow("web");
}

test("a certificate is issued, served to new connections without ending old ones, and its chain is whole", async () => {
  await using w = await world(folder());
  const [before] = w.store.rows();
  assert.deepEqual(
    before!.problems.map(({ code }) => code),
    ["self-signed"],
  );
  assert.equal(before!.acme!.state, "waiting");

  const { certificate, key } = w.store.pair("web");
  const server = createTlsServer({ cert: certificate, key }, (socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  w.store.onChange((_use, pair) => server.setSecureContext({ cert: pair.certificate, key: pair.key }));
  const { port } = server.address() as AddressInfo;
  const old = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await once(old, "secureConnect");

  await issued(w.store);

  const fresh = connect({ host: "127.0.0.1", port, ca: await pebble.root(), servername: "meet.example.com" });
  await once(fresh, "secureConnect");
  assert.ok(fresh.authorized);
  assert.notEqual(
    fresh.getPeerX509Certificate()!.fingerprint256,
    (old as TLSSocket).getPeerX509Certificate()!.fingerprint256,
  );
  old.write("still here");
  assert.equal(String((await once(old, "data"))[0]), "still here");
  old.destroy();
  fresh.destroy();
  server.close();

  const [row] = w.store.rows();
  assert.deepEqual([...row!.names].sort(), NAMES);
  assert.deepEqual(row!.problems, []);
  assert.deepEqual(
    row!.chain.map(({ role }) => role),
    ["leaf", "intermediate", "root"],
  );
  assert.equal(row!.keyType, "EC P-256");
  assert.equal(row!.acme!.state, "issued");
  assert.equal(Math.round((row!.validTo! - row!.acme!.renewAt!) / ((row!.validTo! - row!.validFrom!) / 3)), 1);
});

/** Resolves when the row is as wanted; rejects when an order fails. */
function rowBecomes(store: CertificateStore, wanted: (row: CertificateRow) => boolean): Promise<CertificateRow> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const [row] = store.rows();
      if (row!.acme!.lastError) reject(new Error(row!.acme!.lastError.text));
      if (!wanted(row!)) return;
      stop();
      resolve(row!);
    };
    const stop = store.onState(look);
    look();
  });
}

async function failure(promise: Promise<unknown>): Promise<TurnpikeError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof TurnpikeError, String(error));
    return error;
  }
  return assert.fail("it did not fail");
}

test("after a restart the certificate that was issued is served, and nothing is asked for", async () => {
  const place = folder();
  let fingerprint: string;
  {
    await using w = await world(place);
    await issued(w.store);
    fingerprint = w.store.rows()[0]!.fingerprint;
  }
  for (const file of readdirSync(place)) assert.equal(statSync(join(place, file)).mode & 0o777, 0o600, file);
  await using w = await world(place, { lookEveryMs: 5 });
  await w.scope.sleep(50);
  assert.equal(w.store.rows()[0]!.fingerprint, fingerprint);
  assert.equal(
    w.lines.some(({ event }) => event === "certificate ordered"),
    false,
  );
});

test("it is ordered by itself at first, renewed when a third of its life is left, and not again and again", async () => {
  const clock = new ManualClock(Date.now());
  await using w = await world(folder(), { clock, lookEveryMs: 5 });
  await using _port80 = await serveChallenges(w.store);
  const first = await rowBecomes(w.store, ({ acme }) => acme!.state === "issued");
  clock.advance(first.acme!.renewAt! - clock.now() - DAY_MS);
  await w.scope.sleep(30);
  assert.equal(w.store.rows()[0]!.fingerprint, first.fingerprint);
  clock.advance(2 * DAY_MS);
  const renewed = await rowBecomes(
    w.store,
    ({ acme, fingerprint }) => acme!.state === "issued" && fingerprint !== first.fingerprint,
  );
  // The server's clock stands where it was: for ours the new one is due already.
  assert.ok(renewed.acme!.renewAt! < clock.now());
  await w.scope.sleep(50);
  assert.equal(w.lines.filter(({ event }) => event === "certificate ordered").length, 2);
});

test("a name that is added is asked for at once, while the old certificate is served", async () => {
  const place = folder();
  await using w = await world(place, { names: NAMES.slice(0, 1), lookEveryMs: 5 });
  await using _port80 = await serveChallenges(w.store);
  await rowBecomes(w.store, ({ acme }) => acme!.state === "issued");
  const uses = (names: string[]) => ({
    web: {
      source: { from: "acme", acme: { directory: pebble.directory, folder: place, ca: pebble.ca } } as const,
      names,
    },
  });
  assert.deepEqual(await w.store.configure({ uses: uses(NAMES) }), ["web"]);
  assert.deepEqual(w.store.rows()[0]!.names, NAMES.slice(0, 1));
  const row = await rowBecomes(w.store, ({ names }) => names.length === 2);
  assert.deepEqual([...row.names].sort(), NAMES);
});

test("when port 80 does not answer, that is said with the name and the remedy, and the next try waits over a restart", async () => {
  const place = folder();
  {
    await using w = await world(place);
    const error = await failure(w.store.renewNow("web"));
    assert.equal(error.code, "CERTIFICATE_ACME_NO_ANSWER");
    assert.match(error.message, /(join|meet)\.example\.com on port 80/);
    const [row] = w.store.rows();
    assert.deepEqual(
      row!.problems.map(({ code }) => code),
      ["self-signed", "acme-failed"],
    );
    const wait = row!.acme!.nextTryAt! - row!.acme!.lastError!.at;
    assert.ok(wait >= 60_000 && wait <= 72_000, `${wait} ms`);
  }
  await using w = await world(place, { lookEveryMs: 5 });
  await w.scope.sleep(30);
  assert.equal(w.store.rows()[0]!.acme!.state, "waiting");
  assert.match(w.store.rows()[0]!.acme!.lastError!.text, /port 80/);
  await issued(w.store);
  assert.deepEqual(w.store.rows()[0]!.problems, []);
});

test("when another server answers for the name, that is said, and nobody gets an answer after the order", async () => {
  await using w = await world(folder());
  const tokens: string[] = [];
  const other = createServer((request, response) => {
    tokens.push(request.url!.split("/").at(-1)!);
    response.end("<h1>It works!</h1>");
  }).listen(pebble.challengePort, "127.0.0.1");
  await once(other, "listening");
  await using _port80 = closing(other);
  const error = await failure(w.store.renewNow("web"));
  assert.equal(error.code, "CERTIFICATE_ACME_WRONG_ANSWER");
  assert.ok(tokens.length > 0 && tokens.every((token) => w.store.challengeFor(token) === undefined));
});

/** A door before the ACME server, which answers some requests itself. */
async function door(refuse: (url: string) => { status: number; headers?: object; body: string } | undefined) {
  const authority = await createAuthority("door");
  const { certificate, key } = await issueServer(authority, { names: [], addresses: ["127.0.0.1"] });
  const ca = join(base, "door.pem");
  writeFileSync(ca, authority.certificate);
  const upstream = { host: "127.0.0.1", port: pebble.port, ca: readFileSync(pebble.ca) };
  const server = createHttpsServer({ cert: certificate, key }, (request, response) => {
    const refusal = refuse(request.url!);
    if (refusal) return response.writeHead(refusal.status, { ...refusal.headers }).end(refusal.body);
    const { method, url: path, headers } = request;
    const there = httpsRequest({ ...upstream, method, path, headers }, (answer) => {
      answer.pipe(response.writeHead(answer.statusCode!, answer.headers));
    });
    return request.pipe(there);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const directory = `https://127.0.0.1:${(server.address() as AddressInfo).port}/dir`;
  return { directory, ca, ...closing(server) };
}

test("a rate limit is named, and the server is left alone as long as it asks", async () => {
  const body = JSON.stringify({ type: "urn:ietf:params:acme:error:rateLimited", detail: "too many certificates" });
  const headers = { "retry-after": "7200", "content-type": "application/problem+json" };
  await using limited = await door((url) => (/order/i.test(url) ? { status: 429, headers, body } : undefined));
  await using w = await world(folder(), limited);
  const error = await failure(w.store.renewNow("web"));
  assert.equal(error.code, "CERTIFICATE_ACME_RATE_LIMITED");
  assert.match(error.message, /too many certificates/);
  const { nextTryAt, lastError } = w.store.rows()[0]!.acme!;
  assert.ok(nextTryAt! - lastError!.at >= 7_200_000);
});

test("a page instead of an answer, an authority that is not trusted and a closed port are told apart", async () => {
  await using down = await door(() => ({ status: 503, body: "<h1>Down</h1>" }));
  const code = async (more: { directory: string; ca: string }) => {
    await using w = await world(folder(), more);
    return (await failure(w.store.renewNow("web"))).code;
  };
  assert.equal(await code(down), "CERTIFICATE_ACME_REFUSED");
  assert.equal(await code({ directory: pebble.directory, ca: down.ca }), "CERTIFICATE_ACME_UNTRUSTED");
  assert.equal(await code({ directory: "https://127.0.0.1:1/dir", ca: down.ca }), "CERTIFICATE_ACME_UNREACHABLE");
});

test("an account that the server has forgotten is made anew with the same key, and another server's certificate is replaced", async () => {
  await using same = await door(() => undefined);
  const place = folder();
  await using w = await world(place);
  await issued(w.store);
  const account = readdirSync(place).find((name) => /^account-.*\.json$/.test(name))!;
  const { url, ...rest } = JSON.parse(readFileSync(join(place, account), "utf8"));
  writeFileSync(join(place, account), JSON.stringify({ ...rest, url: `${url}0` }));
  await issued(w.store);
  assert.ok(w.lines.some(({ event }) => event.startsWith("the ACME server does not know the account")));
  assert.equal(JSON.parse(readFileSync(join(place, account), "utf8")).url, url);

  await using moved = await world(place, same);
  assert.equal(moved.store.rows()[0]!.acme!.state, "waiting");
  await issued(moved.store);
  assert.equal(moved.store.rows()[0]!.acme!.state, "issued");
});
