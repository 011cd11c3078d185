import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { memoryLog, Scope } from "#base";
import { fingerprintOf, issueServer, type Pair } from "#certificates";
import { listen } from "#listeners";
import { until } from "#until";
import { startCoreProxy } from "../core-proxy.ts";
import { joinHostEntry, joinHostOf } from "../join-host-config.ts";
import { authority, HOST, stranger, TIMES } from "./testing.ts";

/** A Web Bridge of somebody else's: nginx, without our health page, one server for each certificate. */
const dir = mkdtempSync(join(tmpdir(), "turnpike-nginx-"));
const world = new Scope();
const good = await issueServer(authority, { names: [HOST] });
const expired = await issueServer(authority, { names: [HOST], days: 1 }, Date.now() - 10 * 86_400_000);
const [goodPort, expiredPort] = [await freePort(), await freePort()];
const file = (name: string) => join(dir, name);

const PATHS = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
  .map((name) => `${name}_temp_path ${join(dir, name)};`)
  .join("\n");

before(async () => {
  writeFileSync(file("ca.pem"), authority.certificate);
  writeFileSync(file("stranger.pem"), stranger.certificate);
  const config = [server("good", good, goodPort), server("expired", expired, expiredPort)].join("\n");
  writeFileSync(
    file("nginx.conf"),
    `error_log stderr;\npid ${file("pid")};\nevents {}\nhttp {\n${PATHS}\n${config}\n}\n`,
  );
  const nginx = spawn("/usr/sbin/nginx", ["-p", dir, "-c", file("nginx.conf"), "-g", "daemon off;"], {
    stdio: "ignore",
  });
  const ended = once(nginx, "exit");
  world.defer(async () => {
    nginx.kill("SIGQUIT");
    await ended;
    rmSync(dir, { recursive: true });
  });
  await untilListening(goodPort);
});
after(() => world.close());

function server(name: string, pair: Pair, port: number): string {
  writeFileSync(file(`${name}.pem`), pair.certificate);
  writeFileSync(file(`${name}.key`), pair.key, { mode: 0o600 });
  return `server {
  listen 127.0.0.1:${port} ssl;
  access_log off;
  ssl_certificate ${file(`${name}.pem`)};
  ssl_certificate_key ${file(`${name}.key`)};
  location / { return 404; }
}`;
}

async function freePort(): Promise<number> {
  await using scope = new Scope();
  return (await listen(scope, createServer(), { address: "127.0.0.1", port: 0 })).port;
}

async function untilListening(port: number): Promise<void> {
  for (const end = Date.now() + 5000; Date.now() < end; ) {
    const socket = connect(port, "127.0.0.1");
    const came = await once(socket, "connect").catch(() => undefined);
    socket.destroy();
    if (came) return;
    await world.sleep(20);
  }
  throw new Error("nginx does not listen");
}

/** What the core makes of it, configured as in core.yaml. */
async function stateOf(port: number, trust: { ca?: string; certificate?: string }) {
  await using scope = new Scope();
  const entry = joinHostEntry.parse({ host: HOST, target: `127.0.0.1:${port}`, ...trust });
  const proxy = startCoreProxy(scope, { joinHosts: [joinHostOf(entry)], log: memoryLog(), times: TIMES });
  return await until(() => {
    const [row] = proxy.status().joinHosts[0]!.targets;
    return row && row.state !== "unknown" && row;
  }, "it was checked");
}

test("nginx is a Web Bridge by its authority or by its certificate, though our health page is not found there", async () => {
  assert.equal((await stateOf(goodPort, { ca: file("ca.pem") })).state, "active");
  assert.equal((await stateOf(goodPort, { certificate: file("good.pem") })).state, "active");
});

test("a pin holds also when the certificate has expired; a chain does not", async () => {
  assert.equal((await stateOf(expiredPort, { certificate: file("expired.pem") })).state, "active");
  const row = await stateOf(expiredPort, { ca: file("ca.pem") });
  assert.match(row.state === "failed" ? row.lastError : "", /not trusted: it expired on /);
});

test("another authority or another pin is refused, and the pin that it has is told", async () => {
  const other = await stateOf(goodPort, { ca: file("stranger.pem") });
  assert.match(other.state === "failed" ? other.lastError : "", /issued by "inside", none of those in `ca`/);
  const pinned = await stateOf(goodPort, { certificate: file("expired.pem") });
  assert.ok(pinned.state === "failed" && pinned.lastError.includes(fingerprintOf(good.certificate)));
});
