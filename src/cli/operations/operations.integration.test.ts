import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { memoryLog, Scope } from "#base";
import { createAuthority, createSshKey, issueServer } from "#certificates";
import { coreConfig, type RunningCore, startCore } from "#core";
import { edgeConfig, startEdge } from "#edge";
import { listen } from "#listeners";
import { roleStart } from "#roles";

const MAIN = resolve(import.meta.dirname, "../../main.ts");
const dir = mkdtempSync(join(tmpdir(), "turnpike-operations-"));
const HOST = "join.example.com";
const world = new Scope();
let core: RunningCore;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** As typed in that folder. */
function turnpikeIn(folder: string, ...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    const options = { timeout: 30_000, cwd: join(dir, folder) };
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) =>
      done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

function put(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text, { mode: 0o600 });
}

/** An edge, a core and a server that is no Web Bridge of ours, joined by a real tunnel. */
before(async () => {
  for (const folder of ["edge", "core"]) mkdirSync(join(dir, folder));
  const authority = await createAuthority("operations test");
  const { certificate, key } = await issueServer(authority, { names: [HOST] });
  const [hostKey, identity] = [createSshKey("edge"), createSshKey("core one")];
  const server = createServer({ cert: certificate, key }, (_request, response) => response.end());
  const { port } = await listen(world, server, { address: "127.0.0.1", port: 0 });
  put({
    "ca.pem": authority.certificate,
    ...{
      "edge/web.pem": certificate,
      "edge/web.key": key,
      "edge/host": hostKey.privateKey,
      "edge/host.pub": hostKey.publicKey,
    },
    ...{ "edge/core.pub": identity.publicKey, "edge/turn": `${"0123456789abcdef".repeat(2)}\n` },
    ...{
      "core/host.pub": hostKey.publicKey,
      "core/identity": identity.privateKey,
      "core/identity.pub": identity.publicKey,
    },
    "edge/edge.yaml": EDGE,
  });
  const edge = await startEdge(roleStart(join(dir, "edge/edge.yaml"), edgeConfig, memoryLog()));
  world.defer(() => edge.scope.close());
  const { tunnel } = edge.info;
  put({ "core/core.yaml": coreYaml(port, tunnel!) });
  core = await startCore(roleStart(join(dir, "core/core.yaml"), coreConfig, memoryLog()));
  world.defer(() => core.scope.close());
});

const EDGE = `# kept by every change
name: edge1
joinHosts: [${HOST}]
web: { listen: "127.0.0.1:0", certificate: web.pem, key: web.key, ca: ../ca.pem }
tunnel: { listen: "127.0.0.1:0", hostKey: host, authorizedKeys: [core.pub] }
turn:
  listen: ["127.0.0.1:0"]
  relay: { address: 127.0.0.1, ports: 40000-40400, allowPrivate: true }
  sharedSecretFile: turn
protection: { exempt: [127.0.0.1] }
`;

const coreYaml = (port: number, tunnel: string) => `name: core1
joinHosts: [{ host: ${HOST}, target: "127.0.0.1:${port}", ca: ../ca.pem }]
edges: [{ address: "${tunnel}", hostKey: host.pub, fallback: off }]
identity: identity
`;

after(async () => {
  await world.close();
  rmSync(dir, { recursive: true });
});

async function until(read: () => Promise<Ended>, good: RegExp): Promise<Ended> {
  for (const deadline = Date.now() + 30_000; ; ) {
    const ended = await read();
    if (good.test(ended.stdout)) return ended;
    assert.ok(Date.now() < deadline, ended.stdout + ended.stderr);
  }
}

test("in its folder each role is asked without naming its file, and draws the way of a guest", async () => {
  const whole =
    /No faults\.[\s\S]*guest ----- edge ===== core ----- Web Bridge\n {4}2 tunnel connections; end to end in [\d.]+ ms\n/;
  const edge = await until(() => turnpikeIn("edge", "status"), whole);
  assert.match(edge.stdout, /^Edge edge1, version .*\n\nNo faults\.\n/);
  assert.match(edge.stdout, /Connected +1 core, 2 connections\n[\s\S]*State +Active\n/);
  const inside = await until(
    () => turnpikeIn("core", "status"),
    /No faults\.[\s\S]*edge ===== core ----- Web Bridge\n/,
  );
  assert.match(inside.stdout, /^Core core1, [\s\S]*2 of 2 connections/);
  assert.deepEqual([edge.code, inside.code], [0, 0]);
  assert.equal(JSON.parse((await turnpikeIn("core", "status", "--json")).stdout).overview.name, "core1");
  const between = await turnpikeIn(".", "status");
  assert.equal(between.code, 2);
  assert.match(
    between.stderr,
    /several roles here - say which one: --config edge\/edge\.yaml or --config core\/core\.yaml/,
  );
});

test("tunnels are listed at both ends, and dialled again at the core alone", async () => {
  const edge = await turnpikeIn("edge", "tunnels", "list");
  assert.equal(edge.code, 0);
  assert.match(edge.stdout, /^SSH tunnels from the cores\n[\s\S]*\n {2}core one +for .* join\.example\.com /);
  assert.match((await turnpikeIn("core", "tunnels", "list")).stdout, /^SSH tunnels status\n[\s\S]* Active /);
  assert.match((await turnpikeIn("core", "tunnels", "retry")).stdout, /^Those that failed are dialled now\.\n/);
  const wrong = await turnpikeIn(".", "tunnels", "retry", "--config", "edge/edge.yaml");
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /edge\.yaml is the edge's, and this is asked of the core .*\[ROLE_FILE_OTHER\]/);
});

test("event log, tracing and alarms are those of the role that runs here", async () => {
  const entries = (await turnpikeIn("edge", "event-log", "--level", "error")).stdout.split("\n");
  for (const line of entries.filter(Boolean)) assert.match(line, /^\d{4}-\d\d-\d\d\t[\d:.]{12}\tError\t/);
  assert.match((await turnpikeIn("core", "tracing", "set", "dns", "1")).stdout, /dns +on for/);
  assert.match((await turnpikeIn("core", "alarms")).stdout, /^No faults\./);
});

test("the configuration is shown and changed by key; a wrong key or value says so and changes nothing", async () => {
  const config = (...args: string[]) => turnpikeIn("edge", "config", ...args);
  assert.equal((await config("show", "protection.mode")).stdout, "block\n");
  assert.equal((await config("show", "protection", "--written")).stdout, "exempt:\n  - 127.0.0.1\n");
  const set = await config("set", "protection.mode", "observe");
  assert.equal(set.stdout, "Changed:\n  protection.mode: block -> observe\n");
  const file = () => readFileSync(join(dir, "edge/edge.yaml"), "utf8");
  assert.match(file(), /^# kept by every change\n[\s\S]*mode: observe/);
  assert.equal((await config("unset", "protection.mode")).stdout, "Changed:\n  protection.mode: observe -> block\n");
  const before = file();
  for (const [args, refusal] of [
    [["set", "protection.mode", "loud"], /`protection\.mode`: .*\[CONFIG_BAD_VALUE\]/],
    [["set", "tunnel.listen", "127.0.0.1:1"], /`tunnel\.listen` cannot be changed from here .*\[CONFIG_KEY_FIXED\]/],
    [["set", "protection.exmpt", "[]"], /unknown key `protection\.exmpt` - did you mean `exempt`\?/],
    [["set", "protection", "{"], /"\{" cannot be a value: .*\[CLI_CONFIG_VALUE\]/],
    [["show", "no.such.key"], /nothing is set at `no\.such\.key` .*\[CLI_CONFIG_NO_KEY\]/],
  ] as const) {
    const { code, stderr } = await config(...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, refusal);
  }
  assert.equal(file(), before);
  assert.match((await config("show", "--editable")).stdout, /^protection\n/m);
});

test("a source is exempt until it is no longer; an address that is none is refused", async () => {
  const protection = (...args: string[]) => turnpikeIn("edge", "protection", ...args);
  const added = await protection("exempt", "192.0.2.0/24");
  assert.equal(added.stdout, "192.0.2.0/24 is exempt. Exempt now: 127.0.0.1, 192.0.2.0/24.\n");
  assert.match(
    (await protection("list")).stdout,
    /Exempt +127\.0\.0\.1\/32, 192\.0\.2\.0\/24\n[\s\S]*Blocked\n {2}nobody\n$/,
  );
  const removed = await protection("exempt", "127.0.0.1/32", "--remove");
  assert.equal(removed.stdout, "127.0.0.1/32 is limited and blocked like all others. Exempt now: 192.0.2.0/24.\n");
  for (const [args, refusal] of [
    [["exempt", "10.0.0"], /"10\.0\.0" is not an address or prefix/],
    [
      ["exempt", "198.51.100.1", "--remove"],
      /198\.51\.100\.1 is not exempt - .* 192\.0\.2\.0\/24 \[PROTECTION_NOT_EXEMPT\]/,
    ],
    [["unblock", "198.51.100.1"], /no blocked source 198\.51\.100\.1/],
  ] as const) {
    const { code, stderr } = await protection(...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, refusal);
  }
});

test("when the core is gone the edge shows where the road is cut, with exit code 1", async () => {
  await core.scope.close();
  const cut = await until(() => turnpikeIn("edge", "status"), /edge ==x== core \. \. \. Web Bridge\n/);
  const { code, stdout } = await until(() => turnpikeIn("edge", "alarms"), /^1 fault\n {2}No tunnel carries join/);
  assert.equal(code, 1);
  assert.match(stdout, /look at the core: .* \(for /);
  assert.match(cut.stdout, /Connected +no core\n/);
  assert.equal((await turnpikeIn("edge", "tunnels", "list")).code, 1);
  const gone = await turnpikeIn("core", "status");
  assert.deepEqual([gone.code, /CONTROL_NOT_RUNNING/.test(gone.stderr)], [1, true]);
});
