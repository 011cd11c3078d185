import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { memoryLog } from "#base";
import { createAuthority, createSshKey } from "#certificates";
import { callControl } from "#control";
import type { ConfigAnswer, RoleAnswer } from "#operations";
import { roleStart } from "#roles";
import type {
  AllowListAnswer,
  CoreOverview,
  CoreTunnels,
  ExplainAnswer,
  ImportAnswer,
  JoinHostsAnswer,
} from "./admin-routes/answers.ts";
import { coreConfig, startCore } from "./index.ts";

const authority = await createAuthority("core test");
const [hostKey, identity] = [createSshKey("edge"), createSshKey("core")];

/** A core whose edge and Web Bridge are not there, asked as the command line asks. */
async function core(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-core-"));
  mkdirSync(join(dir, "keys"));
  for (const [name, text] of Object.entries({
    "ca.pem": authority.certificate,
    "keys/host.pub": hostKey.publicKey,
    "keys/core": identity.privateKey,
    "keys/core.pub": identity.publicKey,
  }))
    writeFileSync(join(dir, name), text);
  const file = join(dir, "core.yaml");
  writeFileSync(
    file,
    `# Ours.
name: inner
joinHosts: [{ host: join.example.com, target: "127.0.0.1:9", ca: ca.pem }]
edges: [{ address: "127.0.0.1:9", hostKey: keys/host.pub, fallback: off }]
identity: keys/core
`,
  );
  const running = await startCore(roleStart(file, coreConfig, memoryLog()));
  t.after(async () => {
    await running.scope.close();
    rmSync(dir, { recursive: true });
  });
  const socket = join(dir, "run/control.sock");
  const ask = <T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown) =>
    callControl<T>(socket, method, path, body);
  return { ask, file, running };
}

async function until<T>(look: () => Promise<T>, good: (found: T) => boolean): Promise<T> {
  for (const deadline = Date.now() + 8000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const found = await look();
    if (good(found)) return found;
    assert.ok(Date.now() < deadline, JSON.stringify(found));
  }
}

test("what is wrong is on the overview, in the tunnel table and among the alarms, each with a remedy", async (t) => {
  const { ask } = await core(t);
  const role = await ask<RoleAnswer>("GET", "/api/role");
  assert.deepEqual([role.role, role.name], ["core", "inner"]);
  const types = ["joinHostUnreachable", "tunnelDown"];
  const { alarms, edges, joinHosts } = await until(
    () => ask<CoreOverview>("GET", "/api/overview"),
    (found) => types.every((type) => found.alarms.some((alarm) => alarm.type === type)),
  );
  for (const { remedy } of alarms) assert.ok(remedy.length > 10);
  assert.deepEqual([edges[0]!.active, edges[0]!.lastError?.code], [0, "TUNNEL_UNREACHABLE"]);
  assert.match(joinHosts[0]!.why!, /refused/);
  const { tunnels, identity: own } = await ask<CoreTunnels>("GET", "/api/tunnels");
  assert.match(own, /^SHA256:/);
  assert.deepEqual(
    tunnels.map(({ target, domain, status, lastError }) => [target, domain, status, lastError?.code]),
    [1, 2].map(() => ["127.0.0.1:9", "join.example.com", "failed", "TUNNEL_UNREACHABLE"]),
  );
  await assert.rejects(ask("GET", "/ready"), /TUNNEL_NO_CONNECTION|503/);
});

test("a join host is added, changed and removed in the file and in the running core, with its rules", async (t) => {
  const { ask, file } = await core(t);
  const more = { host: "meet.example.com", target: "127.0.0.1:10", whip: true };
  const added = await ask<JoinHostsAnswer>("POST", "/api/join-hosts", more);
  assert.deepEqual(
    added.joinHosts.map(({ host, whip, trust, source }) => [host, whip, trust, source]),
    [
      ["join.example.com", false, "authorities", "configured"],
      ["meet.example.com", true, "system", "configured"],
    ],
  );
  assert.match(readFileSync(file, "utf8"), /^# Ours\.[\s\S]*meet\.example\.com/);
  const { rules } = await ask<AllowListAnswer>("GET", "/api/allow-list");
  const methods = rules.filter(({ host }) => host === "meet.example.com").map((rule) => rule.methods.join(" "));
  assert.deepEqual(methods.length, 2);
  assert.match(methods[0]!, /PATCH/);
  const off = await ask<JoinHostsAnswer>("PUT", "/api/join-hosts/meet.example.com", { enabled: false });
  assert.equal(off.joinHosts[1]!.enabled, false);
  await assert.rejects(ask("POST", "/api/join-hosts", { host: "https://x" }), { code: "ADMIN_BAD_REQUEST" });
  await assert.rejects(ask("POST", "/api/join-hosts", { host: "meet.example.com" }), /stands here twice/);
  const old = { enabled: true, revision: added.revision };
  await assert.rejects(ask("PUT", "/api/join-hosts/meet.example.com", old), { code: "CONFIG_CHANGED_MEANWHILE" });
  const left = await ask<JoinHostsAnswer>("DELETE", "/api/join-hosts/meet.example.com", {});
  assert.equal(left.joinHosts.length, 1);
  await assert.rejects(ask("DELETE", "/api/join-hosts/meet.example.com", {}), { code: "ADMIN_NOT_FOUND" });
});

test("editable rules are added, explained, imported after a dry run, and removed", async (t) => {
  const { ask } = await core(t);
  const url = "https://join.example.com/api/join";
  const { rules } = await ask<AllowListAnswer>("POST", "/api/allow-list", { description: "Join", url, match: "exact" });
  const rule = rules.find(({ origin }) => origin === "editable")!;
  assert.deepEqual([rule.id, rule.path], ["join", "/api/join"]);
  assert.match(rule.problem!, /^not needed: the automatic rules of join\.example\.com/);
  const said = await ask<ExplainAnswer>("POST", "/api/allow-list/explain", { method: "PATCH", url });
  assert.equal(said.allowed, false);
  assert.match(said.text, /method must be one of/);
  const csv = `Url,Description\n${url}/x,More\nnonsense,Broken\n`;
  const broken = await ask<ImportAnswer>("POST", "/api/allow-list/import", { csv, dryRun: false });
  assert.deepEqual([broken.added, broken.errors.map(({ line }) => line)], [0, [3]]);
  const good = { csv: csv.split("\n").slice(0, 2).join("\n") };
  const dry = await ask<ImportAnswer>("POST", "/api/allow-list/import", good);
  assert.deepEqual([dry.dryRun, dry.added], [true, 1]);
  await ask("POST", "/api/allow-list/import", { ...good, dryRun: false });
  const after = await ask<AllowListAnswer>("DELETE", "/api/allow-list/join", {});
  assert.deepEqual(
    after.rules.filter(({ origin }) => origin === "editable").map(({ path }) => path),
    ["/api/join/x"],
  );
  await assert.rejects(ask("POST", "/api/allow-list", { url: "ftp://x" }), { code: "CONFIG_BAD_VALUE" });
});

test("keys that are nobody's business from a page cannot be changed from one", async (t) => {
  const { ask, file } = await core(t);
  const before = readFileSync(file, "utf8");
  const change = (path: readonly string[], value: unknown) => ask("PUT", "/api/config", { changes: [{ path, value }] });
  await assert.rejects(change(["identity"], "/etc/shadow"), { code: "CONFIG_KEY_FIXED" });
  await assert.rejects(change(["control", "socket"], "x"), { code: "CONFIG_KEY_FIXED" });
  await assert.rejects(change(["connectionsPerEdge"], 99), { code: "CONFIG_BAD_VALUE" });
  assert.equal(readFileSync(file, "utf8"), before);
  await change(["connectionsPerEdge"], 3);
  const { holds } = await ask<ConfigAnswer>("GET", "/api/config");
  assert.equal((holds as { connectionsPerEdge: number }).connectionsPerEdge, 3);
  const { tunnels } = await ask<CoreTunnels>("GET", "/api/tunnels");
  assert.equal(tunnels.length, 3);
});
