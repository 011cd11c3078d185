import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { Agent, request } from "undici";

const MAIN = resolve(import.meta.dirname, "../main.ts");
const dir = mkdtempSync(join(tmpdir(), "turnpike-cli-"));
const deployment = join(dir, "deployment");
const ROLES = ["edge", "core", "meeting-server"] as const;

after(() => rmSync(dir, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function turnpike(...args: string[]): Promise<Ended> {
  return typed("", ...args);
}

/** With that text on its standard input. */
function typed(input: string, ...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [MAIN, ...args], { timeout: 30_000 }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
    child.stdin!.end(input);
  });
}

const init = (...more: string[]) =>
  turnpike(
    "init",
    deployment,
    "--join-host",
    "join.example.com",
    "--edge-public",
    "127.0.0.1",
    "--meeting-server",
    "127.0.0.1",
    ...more,
  );

/** The role's file with a change, beside the original so that its paths hold. */
function changed(role: string, change: (text: string) => string): string {
  const file = join(deployment, role, "changed.yaml");
  writeFileSync(file, change(readFileSync(join(deployment, role, `${role}.yaml`), "utf8")));
  return file;
}

before(async () => {
  const { code, stdout } = await init();
  assert.equal(code, 0, stdout);
});

test("init writes secrets that only their owner can read, and will not write over them", async () => {
  for (const secret of [
    "edge/secrets/turn",
    "core/keys/tunnel-core",
    "authority/ca.key",
    "meeting-server/secrets/administrators.json",
    "edge/secrets/administrators.json",
  ])
    assert.equal(statSync(join(deployment, secret)).mode & 0o777, 0o600, secret);
  const again = await init();
  assert.equal(again.code, 2);
  assert.match(again.stderr, /is not empty - .*--force/);
});

test("init --force keeps keys, secrets and certificates that are still good", async () => {
  const files = [
    "edge/secrets/turn",
    "edge/certs/web.pem",
    "core/keys/tunnel-core",
    "meeting-server/certs/call-bridge-link.pem",
  ];
  const read = () => files.map((file) => readFileSync(join(deployment, file), "utf8"));
  const earlier = read();
  assert.equal((await init("--force")).code, 0);
  assert.deepEqual(read(), earlier);
});

test("init names a wrong host name or address", async () => {
  const bad = await turnpike(
    "init",
    join(dir, "x"),
    "--join-host",
    "join",
    "--edge-public",
    "1.2.3.4",
    "--meeting-server",
    "1.2.3.4",
  );
  assert.deepEqual([bad.code, /--join-host join is not a host name/.test(bad.stderr)], [2, true]);
});

for (const role of ROLES) {
  test(`${role} refuses an unknown key with file, key and remedy`, async () => {
    const file = changed(role, (text) => `${text}\nlogg: {}\n`);
    const { code, stderr } = await turnpike(role, "--config", file);
    assert.equal(code, 2);
    assert.equal(stderr, `turnpike: ${file}: unknown key \`logg\` - did you mean \`log\`? [CONFIG_UNKNOWN_KEY]\n`);
  });

  test(`${role} refuses a bad value`, async () => {
    const file = changed(role, (text) => text.replace("level: info", "level: loud"));
    const { code, stderr } = await turnpike(role, "--config", file);
    assert.equal(code, 2);
    assert.match(stderr, /changed\.yaml: `log\.level`: .* \[CONFIG_BAD_VALUE\]\n$/);
  });
}

test("a role whose port is taken opens nothing and says which key to change", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const file = changed("edge", (text) =>
    text
      .replace(/listen: 127\.0\.0\.1:2222/, `listen: 127.0.0.1:${port}`)
      .replace(/(0\.0\.0\.0|127\.0\.0\.1):(443|80|3478)/g, "127.0.0.1:0"),
  );
  const { code, stderr } = await turnpike("edge", "--config", file);
  other.close();
  assert.equal(code, 2);
  assert.match(
    stderr,
    new RegExp(
      `^turnpike: .*changed\\.yaml: \`tunnel\\.listen\`: TCP 127\\.0\\.0\\.1:${port} is in use .*\\[LISTENER_TAKEN\\]\n$`,
    ),
  );
});

test("a missing file and a missing option are one line each", async () => {
  const missing = await turnpike("core", "--config", join(dir, "nothing.yaml"));
  assert.deepEqual([missing.code, missing.stderr.split("\n").length], [2, 2]);
  const option = await turnpike("core");
  assert.equal(option.code, 2);
  assert.match(option.stderr, /required option '--config <file>' not specified/);
});

test("spaces are created and listed with link and Meeting ID, the passcode from standard input", async () => {
  const config = ["--config", join(deployment, "meeting-server", "meeting-server.yaml")];
  const child = spawn(process.execPath, [MAIN, "space", "create", "Weekly", "--passcode", "-", ...config]);
  child.stdin.end("4711\n");
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  assert.deepEqual(await once(child, "exit"), [0, null]);
  assert.match(
    printed,
    /^Weekly\n {2}Link {8}https:\/\/join\.example\.com\/meeting\/\d{9}\?secret=\S{22}\n {2}Meeting ID {2}\d{3} \d{3} \d{3} with a passcode\n$/,
  );
  assert.equal((await turnpike("space", "list", ...config)).stdout, printed);
  assert.doesNotMatch(printed, /4711/);
});

test("up runs all three roles, prints links that answer, and ends on SIGTERM", async (t) => {
  const data = join(dir, "data");
  for (const attempt of ["first", "second"]) {
    const child = spawn(process.execPath, [MAIN, "up", "--data", data, "--address", "127.0.0.1"]);
    t.after(() => child.kill());
    const printed = await readyText(child);
    const link = new URL(/Guest link +(\S+)/.exec(printed)![1]!);
    const agent = new Agent({ connect: { ca: readFileSync(join(data, "authority", "ca.pem")) } });
    const page = await request(link, { dispatcher: agent });
    assert.match(await page.body.text(), /<div id="app"/, attempt);
    const [callId, secret] = [link.pathname.split("/")[2], link.searchParams.get("secret")];
    const join_ = await request(new URL("/api/join", link), {
      method: "POST",
      dispatcher: agent,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ callId, secret, name: "Ana" }),
    });
    const answer = (await join_.body.json()) as { iceServers: { urls: string[] }[] };
    assert.equal(join_.statusCode, 200, JSON.stringify(answer));
    assert.deepEqual(answer.iceServers[0]?.urls, [
      "turn:127.0.0.1:3478?transport=udp",
      `turn:127.0.0.1:${link.port || 443}?transport=tcp`,
    ]);
    if (attempt === "first") {
      await checkTurn(join(data, "edge", "edge.yaml"));
      await checkServer(join(data, "meeting-server"));
    }
    await agent.destroy();
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null], printed);
  }
});

/** The commands that speak to a running edge, as an administrator uses them. */
async function checkTurn(config: string): Promise<void> {
  const turn = (...args: string[]) => turnpike("turn", ...args, "--config", config);
  const status = await turn("status");
  assert.match(status.stdout, /Status +Active/);
  assert.match(status.stdout, /TCP and TLS beside the web server/);
  assert.match((await turn("relays")).stdout, /TURN relay usage: 1 client, 1 relay/);
  const selftest = await turn("selftest");
  assert.equal(selftest.code, 0, selftest.stdout + selftest.stderr);
  for (const way of ["udp", "tcp", "tls"]) assert.match(selftest.stdout, new RegExp(`${way} .* made .* reached`));
  const why = await turn("why", "guest", "8.8.8.8");
  assert.match(why.stdout, /Refused.*\n.*a guest reaches only relays of bridges/);
  const nobody = await turn("why", "nobody", "8.8.8.8");
  assert.deepEqual([nobody.code, /TURN_BAD_CREDENTIAL/.test(nobody.stderr)], [2, true]);
  assert.match((await turn("drain")).stdout, /Draining/);
  assert.match((await turn("undrain")).stdout, /Active/);
  assert.match((await turn("reload")).stdout, /nothing changed/);
}

/** The commands that speak to a running meeting server, as the guide's administrator uses them. */
async function checkServer(folder: string): Promise<void> {
  const server = (...args: string[]) => turnpike(...args, "--config", join(folder, "meeting-server.yaml"));
  const status = await server("status");
  assert.equal(status.code, 0, status.stdout + status.stderr);
  assert.match(status.stdout, /c2w:\/\/127\.0\.0\.1:9999 +connected/);
  assert.match(status.stdout, /127\.0\.0\.1:3478 UDP +[\d.]+ ms/);
  assert.match(status.stdout, /No faults\./);
  assert.match((await server("dns", "lookup", "localhost")).stdout, /localhost +A .*127\.0\.0\.1/);
  assert.match((await server("dns", "lookup", "localhost", "nonsense")).stderr, /ADMIN_BAD_REQUEST/);
  assert.match((await server("dns", "flush")).stdout, /The DNS cache is empty now/);
  assert.match((await server("certificates")).stdout, /webBridge\.certificate +good/);
  const trusted = await server("web-bridge", "trust", "list", "--json");
  const [{ fingerprint }] = JSON.parse(trusted.stdout);
  assert.match(
    (await server("web-bridge", "trust", "remove", fingerprint)).stdout,
    /trusts CN=call-bridge-link .* no longer/,
  );
  assert.match((await server("web-bridge", "trust", "list")).stdout, /trusts nobody/);
  const added = await server("web-bridge", "trust", "add", join(folder, "certs/call-bridge-link.pem"));
  assert.match(added.stdout, /trusts CN=call-bridge-link/);
  assert.match((await server("tracing", "set", "dns", "1")).stdout, /dns +on for/);
  const log = await server("event-log", "--limit", "100");
  assert.match(log.stdout, /^\d{4}-\d\d-\d\d\t[\d:.]{12}\tInfo\tconnection to web bridge link 1 established$/m);
}

test("TURN users are added with a password from a pipe, listed and removed; the password is kept nowhere", async () => {
  const config = ["--config", join(deployment, "edge/edge.yaml")];
  const added = await typed("a-password\n", "turn", "user", "add", "bridge1", "--role", "bridge", ...config);
  assert.equal(added.code, 0, added.stderr);
  assert.match((await turnpike("turn", "user", "list", ...config)).stdout, /bridge1 +bridge/);
  const file = join(deployment, "edge/secrets/turn-users");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.doesNotMatch(readFileSync(file, "utf8"), /a-password/);
  assert.equal((await turnpike("turn", "user", "remove", "bridge1", ...config)).code, 0);
  assert.equal((await turnpike("turn", "user", "remove", "bridge1", ...config)).code, 2);
  const silent = await typed("", "turn", "user", "add", "bridge1", ...config);
  assert.match(silent.stderr, /PASSWORD_MISSING/);
  const stopped = await turnpike("turn", "status", ...config);
  assert.match(stopped.stderr, /CONTROL_NOT_RUNNING/);
});

/** What it printed until it was ready; fails with it if it ended first. */
function readyText(child: ReturnType<typeof spawn>): Promise<string> {
  return new Promise((done, reject) => {
    let text = "";
    const collect = (chunk: Buffer) => {
      text += chunk;
      if (/Ctrl-C/.test(text)) done(text);
    };
    child.stdout!.on("data", collect);
    child.stderr!.on("data", collect);
    child.once("exit", () => reject(new Error(text)));
  });
}
