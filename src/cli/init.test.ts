import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parse } from "yaml";
import { type InitOptions, init } from "./init.ts";

const OPTIONS = { joinHost: "join.example.com", meetingServer: "10.0.0.10", force: false } as const;

/** Runs `init` and returns what it printed. */
async function written(t: TestContext, dir: string, more: Partial<InitOptions>): Promise<string> {
  const log = t.mock.method(console, "log", () => {});
  await init(dir, { ...OPTIONS, ...more });
  return String(log.mock.calls[0]!.arguments[0]);
}

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-init-"));
  t.after(() => rmSync(dir, { recursive: true }));
  return join(dir, "deployment");
}

test("a cluster: each edge and core has its own key, knows the others, and is in a folder of its own", async (t) => {
  const dir = folder(t);
  const edge = ["10.0.1.2,192.0.2.10,203.0.113.10", "10.0.1.3,203.0.113.11"];
  const printed = await written(t, dir, { edge, core: ["10.0.0.20", "10.0.0.21"] });
  assert.match(printed, /join\.example\.com has the A records 203\.0\.113\.10, 203\.0\.113\.11\./);
  const read = (file: string) => readFileSync(join(dir, file), "utf8");
  const yaml = (file: string) => parse(read(file));
  const relay = { address: "192.0.2.10", advertised: "203.0.113.10", ports: "24000-29999" };
  assert.deepEqual(yaml("edge/edge.yaml").turn.relay, relay);
  assert.deepEqual(yaml("edge/edge.yaml").turn.listen, ["10.0.1.2:3478", "192.0.2.10:3478"]);
  assert.deepEqual(yaml("edge-2/edge.yaml").turn.cluster, [
    { server: "203.0.113.10:3478", tcpPort: 443, probe: "10.0.1.2:3478" },
  ]);
  for (const core of ["core", "core-2"]) {
    const { edges } = yaml(`${core}/core.yaml`) as { edges: { address: string; hostKey: string }[] };
    assert.deepEqual(
      edges.map(({ address }) => address),
      ["10.0.1.2:2222", "10.0.1.3:2222"],
    );
    const hostKeys = edges.map(({ hostKey }) => read(`${core}/${hostKey}`));
    assert.deepEqual(hostKeys, [read("edge/keys/tunnel-host.pub"), read("edge-2/keys/tunnel-host.pub")]);
    assert.notEqual(hostKeys[0], hostKeys[1]);
  }
  assert.equal(read("edge-2/keys/tunnel-core-2.pub"), read("core-2/keys/tunnel-core.pub"));
  assert.equal(read("edge-2/secrets/turn"), read("edge/secrets/turn"));
});

test("an edge that is added later joins with its own key, and everything there is stays", async (t) => {
  const dir = folder(t);
  await written(t, dir, { edgePublic: "203.0.113.10", edgeInner: "10.0.1.2" });
  const files = ["edge/secrets/turn", "edge/keys/tunnel-host", "core/keys/tunnel-core", "edge/certs/web.pem"];
  const read = () => files.map((file) => readFileSync(join(dir, file), "utf8"));
  const before = read();
  await written(t, dir, { edge: ["10.0.1.2,203.0.113.10", "10.0.1.3,203.0.113.11"], force: true });
  assert.deepEqual(read(), before);
  assert.equal(readFileSync(join(dir, "edge-2/secrets/turn"), "utf8"), before[0]);
});

test("no secret lies where nobody needs it in clear, also not one of an earlier version", async (t) => {
  const dir = folder(t);
  await written(t, dir, { edgePublic: "203.0.113.10" });
  const secret = readFileSync(join(dir, "edge/secrets/turn"), "utf8").trim();
  writeFileSync(join(dir, "meeting-server/secrets/turn"), secret);
  await written(t, dir, { edgePublic: "203.0.113.10", force: true });
  const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(join(dir, file)).isFile(),
  );
  assert.deepEqual(
    files.filter((file) => readFileSync(join(dir, file)).includes(secret)),
    ["edge/secrets/turn"],
  );
});

test("each machine's folder has its unit; only a role with a port below 1024 has the capability for it", async (t) => {
  const dir = folder(t);
  await written(t, dir, { edgePublic: "203.0.113.10" });
  const capabilities = (role: string) =>
    /^AmbientCapabilities=(.*)$/m.exec(readFileSync(join(dir, role, `systemd/turnpike-${role}.service`), "utf8"))![1];
  assert.deepEqual(["edge", "core", "meeting-server"].map(capabilities), [
    ...["CAP_NET_BIND_SERVICE", "", "CAP_NET_BIND_SERVICE"],
  ]);
});

for (const [what, code, more] of [
  ["an edge that is no place", "INIT_BAD_EDGE", { edge: ["10.0.1.2"] }],
  ["an edge on all addresses", "INIT_BAD_ADDRESS", { edge: ["10.0.1.2,0.0.0.0"] }],
  ["two edges at one address", "INIT_TWICE", { edge: ["10.0.1.2,192.0.2.1", "10.0.1.2,192.0.2.2"] }],
  ["a core twice", "INIT_TWICE", { edgePublic: "192.0.2.1", core: ["10.0.0.1", "10.0.0.1"] }],
  ["no edge", "INIT_NO_EDGE", {}],
  ["an edge both ways", "INIT_NO_EDGE", { edge: ["10.0.1.2,192.0.2.1"], edgePublic: "192.0.2.1" }],
  ["a public address that is missing", "INIT_NO_EDGE", { edgeInner: "10.0.1.2" }],
] as const)
  test(`init names ${what}, and writes nothing`, async (t) => {
    const dir = folder(t);
    await assert.rejects(init(dir, { ...OPTIONS, ...more }), { code });
    assert.equal(existsSync(dir), false);
  });
