import assert from "node:assert/strict";
import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { Scope } from "#base";
import { createAuthority, createSshKey, issueServer } from "#certificates";
import { listen } from "#listeners";

const MAIN = resolve(import.meta.dirname, "../../main.ts");
const dir = mkdtempSync(join(tmpdir(), "turnpike-core-"));
const config = join(dir, "core/core.yaml");
const HOST = "join.example.com";
const OTHER = "other.example.com";
const world = new Scope();
let core: ChildProcess;
let port = 0;

function turnpike(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [MAIN, ...args], { timeout: 30_000 }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}
const asked = (...args: string[]) => turnpike(...args, "--config", config);

/** A server that is no Web Bridge of ours, and a core whose configured Web Bridge is away. */
before(async () => {
  const authority = await createAuthority("inside");
  const { certificate: cert, key } = await issueServer(authority, { names: [OTHER] });
  writeFileSync(join(dir, "ca.pem"), authority.certificate);
  const server = createServer({ cert, key }, (_request, response) => response.writeHead(404).end());
  port = (await listen(world, server, { address: "127.0.0.1", port: 0 })).port;
  mkdirSync(join(dir, "core"));
  writeFileSync(join(dir, "core/identity"), createSshKey("core").privateKey, { mode: 0o600 });
  writeFileSync(config, CORE);
  core = fork(MAIN, ["core", "--config", config], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  await Promise.race([once(core, "message"), once(core, "exit").then(() => assert.fail("the core did not start"))]);
});

const CORE = `# kept by every change
joinHosts:
  - host: ${HOST}
    target: 127.0.0.1:1
    ca: ../ca.pem
identity: identity
log: { level: error }
`;

after(async () => {
  if (core.exitCode === null) {
    core.kill();
    await once(core, "exit");
  }
  await world.close();
  rmSync(dir, { recursive: true });
});

test("a join host whose Web Bridge is away is listed with the reason, with exit code 1", async () => {
  const { code, stdout } = await asked("join-hosts", "check");
  assert.equal(code, 1);
  assert.match(stdout, /^Meeting Server Web Proxy: on\n\njoin\.example\.com \(target as configured\)\n/);
  assert.match(stdout, /127\.0\.0\.1 +Failed +0 +0 +0\n +127\.0\.0\.1:1\n/);
  assert.match(stdout, /127\.0\.0\.1:1: connection refused: .* \(for /);
});

test("join hosts are added, switched and removed, in the file and at once", async () => {
  const ca = join(dir, "ca.pem");
  const added = await asked(
    "join-hosts",
    "add",
    "Other.example.com",
    "--target",
    `127.0.0.1:${port}`,
    "--ca",
    ca,
    "--whip",
  );
  assert.match(added.stdout, /other\.example\.com \(target as configured, WHIP\)\n.*\n.* Active /);
  assert.match(readFileSync(config, "utf8"), /^# kept by every change\n[\s\S]*host: other\.example\.com/);
  assert.match((await asked("join-hosts", "off", OTHER)).stdout, /other\.example\.com is off: guests are refused/);
  assert.match((await asked("join-hosts", "list")).stdout, /other\.example\.com \(off, /);
  assert.match((await asked("join-hosts", "remove", OTHER)).stdout, /no longer join under other\.example\.com/);
  const { joinHosts } = JSON.parse((await asked("join-hosts", "list", "--json")).stdout);
  assert.deepEqual(
    joinHosts.map((one: { host: string }) => one.host),
    [HOST],
  );
});

test("a join host that is none is an error of the caller", async () => {
  const { code, stderr } = await asked("join-hosts", "check", "nowhere.example.com");
  assert.equal(code, 2);
  assert.match(stderr, /join host nowhere\.example\.com/);
});

test("rules are added, explained and removed", async () => {
  const url = `https://${HOST}/whip`;
  const refused = await asked("allow-list", "explain", "PATCH", `https://${HOST}/x/../whip/1`);
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /^PATCH .* is refused: method must be one of GET, POST/);
  assert.match(refused.stdout, /travels as \/whip\/1\n[\s\S]*yes +path[\s\S]*no +method +PATCH/);
  const added = await asked(
    "allow-list",
    "add",
    url,
    "--methods",
    "patch",
    "--match",
    "prefix",
    "--description",
    "Cam",
  );
  assert.match(
    added.stdout,
    /Editable inbound rules\n.*\n +https:\/\/join\.example\.com\/whip +Prefix +0 +0 +never\n +cam: Cam/,
  );
  const allowed = await asked("allow-list", "explain", "PATCH", `${url}/1`);
  assert.equal(allowed.code, 0);
  assert.match(allowed.stdout, /^PATCH .*\/whip\/1 is allowed by "PATCH https:/);
  assert.match((await asked("allow-list", "list")).stdout, /Automatic inbound rules[\s\S]*Meeting Server web bridges/);
  assert.match((await asked("allow-list", "list", "--refusals")).stdout, /Nothing was refused/);
  assert.equal((await asked("allow-list", "remove", "cam")).stdout, "The rule cam is gone.\n");
  assert.equal((await asked("allow-list", "remove", "cam")).code, 2);
});

test("a CSV file is tried, taken over, and comes back as it was; a wrong line changes nothing", async () => {
  const file = join(dir, "rules.csv");
  writeFileSync(file, `Url,HttpMethods,Description\nhttps://${HOST}/a,PATCH,one\nhttps://${HOST}/b,,two\n`);
  const tried = await asked("allow-list", "import", file, "--dry-run");
  assert.equal(tried.stdout, "It would be: 2 added, 0 changed, 0 as before. Nothing was changed.\n");
  assert.equal((await asked("allow-list", "import", file)).stdout, "Done: 2 added, 0 changed, 0 as before.\n");
  await asked("allow-list", "export", join(dir, "out.csv"));
  const csv = readFileSync(join(dir, "out.csv"), "utf8");
  assert.equal(
    csv,
    `Id,Description,Url,MatchType,HttpMethods,Enabled\r\none,one,https://${HOST}/a,exact,PATCH,true\r\ntwo,two,https://${HOST}/b,exact,default,true\r\n`,
  );
  writeFileSync(file, `Url\nhttps://${HOST}/c\nhttp://${HOST}/d\n`);
  const wrong = await asked("allow-list", "import", file);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /nothing was changed: line 3: Url: plain http never passes.*\[CLI_CSV_REFUSED\]/);
  assert.equal((await asked("allow-list", "export")).stdout, csv);
});

test("tunnels are listed and dialled again", async () => {
  const { code, stdout } = await asked("tunnels", "list");
  assert.equal(code, 0);
  assert.match(stdout, /^SSH tunnels status\n {2}none: core\.yaml names no edge or no join host\n$/);
  assert.match((await asked("tunnels", "retry")).stdout, /^Those that failed are dialled now\.\n/);
});
