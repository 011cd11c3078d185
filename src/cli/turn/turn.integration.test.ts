import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { memoryLog, Scope } from "#base";
import { startControl } from "#control";
import { type TurnControl, turnRoutes } from "#edge";
import { busy, relay } from "./test-samples.ts";

const MAIN = resolve(import.meta.dirname, "../../main.ts");
const dir = mkdtempSync(join(tmpdir(), "turnpike-turn-"));
const config = join(dir, "edge/edge.yaml");
const socket = join(dir, "edge/run/control.sock");
const told: unknown[] = [];

/** The answers of a TURN server; what it is told is kept. */
const turn: TurnControl = {
  status: async () => busy,
  allocations: async () => [relay],
  why: async (credential, peer) => ({
    role: "guest",
    user: credential,
    peer: { address: peer, port: 0 },
    canonical: peer,
    allowed: false,
    rule: "not a public address",
  }),
  drain: async (on) => void told.push({ drain: on }),
  reload: async () => ["turn.maxAllocations: 1800 -> 2000"],
  restart: async () => [],
  end: async (id) => told.push({ end: id }) > 0,
};

after(() => rmSync(dir, { recursive: true }));

function turnpike(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [MAIN, ...args], { timeout: 30_000 }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

const asked = (...args: string[]) => turnpike("turn", ...args, "--config", config);

before(async () => {
  const names = ["--join-host", "join.example.com", "--edge-public", "127.0.0.1", "--meeting-server", "127.0.0.1"];
  const { code, stderr } = await turnpike("init", dir, "--force", ...names);
  assert.equal(code, 0, stderr);
});

async function running(context: { after(run: () => Promise<void>): void }): Promise<void> {
  const scope = new Scope();
  context.after(() => scope.close());
  const routes = [{ method: "GET", path: "/api/role", run: () => ({ role: "edge" }) } as const, ...turnRoutes(turn)];
  await startControl(scope, { socket }, { routes }, memoryLog());
}

test("without a running edge every command says so, with exit code 1", async () => {
  const { code, stderr } = await asked("status");
  assert.equal(code, 1);
  assert.match(stderr, /no role is running with this configuration: .*control\.sock - .*\[CONTROL_NOT_RUNNING\]/);
});

test("status and relays are texts without colours in a pipe, or the JSON of the routes", async (context) => {
  await running(context);
  const [status, table, one, json] = await Promise.all([
    asked("status", "--watch"),
    asked("relays"),
    asked("relays", "12"),
    asked("status", "--json"),
  ]);
  assert.match(status.stdout, /^TURN server status\n {2}Status +Draining\n/);
  assert.match(table.stdout, /^ {2}12 {2}\[2001:db8:.*TLS +192\.0\.2\.10:24000$/m);
  assert.match(one.stdout, /^TURN relay summary: 12\n/);
  assert.equal(JSON.parse(json.stdout).allocations, 1740);
  for (const { stdout } of [status, table, one]) assert.ok(!stdout.includes("\u001b"), "no escape in a pipe");
});

test("drain, undrain, reload, end and why reach the TURN server", async (context) => {
  await running(context);
  told.length = 0;
  assert.match((await asked("drain")).stdout, /^Draining: .* 1,740 are left\.\n$/);
  assert.match((await asked("undrain")).stdout, /^Active/);
  assert.match(
    (await asked("reload")).stdout,
    /^Changed without a restart:\n {2}turn\.maxAllocations: 1800 -> 2000\n$/,
  );
  assert.match((await asked("end", "12")).stdout, /^Relay 12 has ended\.\n$/);
  assert.match((await asked("why", "guest", "10.0.0.1")).stdout, /^Refused: guest may not reach 10\.0\.0\.1\.\n/);
  assert.deepEqual(told, [{ drain: true }, { drain: false }, { end: 12 }]);
});

test("an id that is none is an error of the caller, with exit code 2", async (context) => {
  await running(context);
  const { code, stderr } = await asked("relays", "../status");
  assert.equal(code, 2);
  assert.match(stderr, /there is no relay with the id \.\.\/status - .*\[ADMIN_NOT_FOUND\]/);
});
