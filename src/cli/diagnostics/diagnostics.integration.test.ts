import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { createLogging, Scope, systemClock } from "#base";
import { openSocketCapture } from "#capture";
import { startControl } from "#control";
import { type DiagnosticsAnswer, diagnosticRoutes, openDiagnosticLogging } from "#diagnostic-logging";
import { openLogDesk } from "#operations";

const MAIN = resolve(import.meta.dirname, "../../main.ts");
const dir = mkdtempSync(join(tmpdir(), "turnpike-diagnostics-"));
const config = join(dir, "core.yaml");
const scope = new Scope();
const { log, levels } = createLogging("error");
const modules = { proxy: "HTTP and WebSocket", tunnel: "SSH tunnels" };

before(async () => {
  writeFileSync(config, "control: { socket: run/c.sock }\nanything: else\n");
  mkdirSync(join(dir, "run"), { mode: 0o700 });
  const diagnostics = openDiagnosticLogging(scope, {
    ...{ folder: join(dir, "diagnostics"), role: "core", levels, modules, clock: systemClock, log },
    captures: [openSocketCapture(scope, "tunnel", systemClock)],
    status: () => ({}),
    configuration: () => readFileSync(config, "utf8"),
    resolve: async () => [],
  });
  const routes = [
    ...diagnosticRoutes(diagnostics, systemClock),
    ...openLogDesk(scope, levels, modules, systemClock).routes,
  ];
  await startControl(scope, { socket: join(dir, "run/c.sock") }, { routes }, log);
});
after(async () => {
  await scope.close();
  rmSync(dir, { recursive: true });
});

function turnpike(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const options = { timeout: 30_000, cwd: dir };
    execFile(process.execPath, [MAIN, ...args, "--config", config], options, (error, stdout, stderr) =>
      done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

test("a log is started, marked, stopped and downloaded, and each step says what is the case", async () => {
  const none = await turnpike("diagnostics", "download");
  assert.equal(none.code, 2);
  assert.match(none.stderr, /there is no diagnostic log - start one, .* \[DIAGNOSTICS_NOTHING\]/);
  const words = ["--modules", "tunnel", "--address", "192.0.2.7,10.0.0.0/8", "--port", "2222", "--headers-only"];
  const started = await turnpike("diagnostics", "start", ...words, "--minutes", "5");
  assert.match(
    started.stdout,
    /^Diagnostic logging\n {2}State +running, started 0 s ago, ends in (5 min|4 min 59 s)\n/,
  );
  assert.match(started.stdout, /Captures +192\.0\.2\.7, 10\.0\.0\.0\/8, port 2222\n/);
  assert.match(started.stdout, /Capture of tunnel +0 packets/);
  const twice = await turnpike("diagnostics", "start");
  assert.match(twice.stderr, /is running already, since 2.*\[DIAGNOSTICS_RUNNING\]/);
  assert.equal((await turnpike("diagnostics", "marker", "the trouble begins")).code, 0);
  const { session } = JSON.parse((await turnpike("diagnostics", "stop", "--json")).stdout) as DiagnosticsAnswer;
  assert.ok(session.state === "stopped" && session.request.snaplen === 96);
  const downloaded = await turnpike("diagnostics", "download");
  const [, name] = /^(turnpike-core-diagnostics-\w+\.zip): \d+ bytes\n$/.exec(downloaded.stdout)!;
  assert.equal(statSync(join(dir, name!)).mode & 0o777, 0o600);
  assert.equal(String(readFileSync(join(dir, name!)).subarray(0, 2)), "PK");
  const unwritable = await turnpike("diagnostics", "download", "/nonexistent/x.zip");
  assert.match(unwritable.stderr, /\/nonexistent\/x\.zip could not be written .*\[DIAGNOSTICS_NOT_SAVED\]/);
});

test("what cannot be asked for is refused by name", async () => {
  for (const [args, answer] of [
    [["--address", "10.0.0"], /"10\.0\.0" cannot be a filter of a capture/],
    [["--port", "70000"], /ports\.0/],
    [["--port", "https"], /It is not a number/],
    [["--modules", "turn"], /there is no module turn - it is one of proxy, tunnel/],
    [["--minutes", "0"], /minutes/],
  ] as const) {
    const { code, stderr } = await turnpike("diagnostics", "start", ...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, answer);
  }
});

test("levels of modules are listed, set for a while, and ended", async () => {
  assert.match(
    (await turnpike("log-level")).stdout,
    /^Log levels, error where nothing else is set\n.*\n {2}proxy +error/,
  );
  const set = await turnpike("log-level", "proxy", "debug", "--minutes", "3");
  assert.match(set.stdout, /proxy +debug for (3 min|2 min 59 s) +HTTP and WebSocket/);
  assert.equal(levels.of("proxy"), "debug");
  await turnpike("log-level", "proxy", "default");
  assert.equal(levels.of("proxy"), "error");
  const { stderr } = await turnpike("log-level", "tls", "debug");
  assert.match(stderr, /there is no log module tls - it is one of proxy, tunnel/);
  assert.match((await turnpike("log-level", "proxy")).stderr, /no level for proxy - give debug/);
});
