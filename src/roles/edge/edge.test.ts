import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer, request } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type Log, memoryLog } from "#base";
import { createAuthority, createSshKey, issueServer } from "#certificates";
import { coreConfig, startCore } from "#core";
import { roleStart } from "#roles";
import { until } from "#until";
import { edgeConfig, edgeListeners, startEdge } from "./index.ts";

const HOST = "join.example.com";
const dir = mkdtempSync(join(tmpdir(), "turnpike-edge-"));
after(() => rmSync(dir, { recursive: true }));
const authority = await createAuthority("edge test");
const web = await issueServer(authority, { names: [HOST] });
const [hostKey, coreKey] = [createSshKey("edge"), createSshKey("core")];
mkdirSync(join(dir, "keys"));
for (const [name, text] of Object.entries({
  "ca.pem": authority.certificate,
  "web.pem": web.certificate,
  "web.key": web.key,
  "keys/host": hostKey.privateKey,
  "keys/host.pub": hostKey.publicKey,
  "keys/core": coreKey.privateKey,
  "keys/core.pub": coreKey.publicKey,
  turn: "0123456789abcdef0123456789abcdef\n",
}))
  writeFileSync(join(dir, name), text);

const edgeYaml = (webPort = 0, more = "") => `
joinHosts: [JOIN.example.com]
web: { listen: "127.0.0.1:${webPort}", redirectListen: "127.0.0.1:0", certificate: web.pem, key: web.key }
tunnel: { listen: "127.0.0.1:0", hostKey: keys/host, authorizedKeys: [keys/core.pub] }
turn:
  listen: ["127.0.0.1:0"]
  relay: { address: 127.0.0.1, ports: 40000-40100 }
  sharedSecretFile: turn
${more}`;

function edgeFile(yaml: string, log: Log = memoryLog()) {
  const file = join(dir, "edge.yaml");
  writeFileSync(file, yaml);
  return roleStart(file, edgeConfig, log);
}

function coreFile(edge: string, target: number) {
  const file = join(dir, "core.yaml");
  writeFileSync(
    file,
    `
joinHosts: [{ host: ${HOST}, target: "127.0.0.1:${target}", ca: ca.pem }]
edges: [{ address: "${edge}", hostKey: keys/host.pub }]
identity: keys/core
control: { socket: run/core.sock }
eventLog: { folder: core-events }
diagnostics: core-diagnostics
`,
  );
  return roleStart(file, coreConfig, memoryLog());
}

async function get(web: string, path: string): Promise<IncomingMessage> {
  const [host, port] = web.split(":");
  const message = request({ host, port, path, ca: authority.certificate, servername: HOST, headers: { host: HOST } });
  message.end();
  const [response] = (await once(message, "response")) as [IncomingMessage];
  response.resume();
  return response;
}

test("edge and core from their files carry a guest's request to the Web Bridge, and show it in their tables", async (t) => {
  const inside = createServer({ cert: web.certificate, key: web.key }, (_request, response) => response.end("ok"));
  inside.listen(0, "127.0.0.1");
  await once(inside, "listening");
  t.after(() => {
    inside.closeAllConnections();
    inside.close();
  });
  const edge = await startEdge(edgeFile(edgeYaml()));
  t.after(() => edge.scope.close());
  const early = await get(edge.info.web!, "/");
  assert.equal(early.headers["x-turnpike-error"], "EDGE_TUNNEL_DOWN");

  const core = await startCore(coreFile(edge.info.tunnel!, (inside.address() as AddressInfo).port));
  t.after(() => core.scope.close());
  await until(() => core.status().tunnels.every(({ state }) => state === "active"), "the tunnels are active");
  await until(() => core.status().joinHosts[0]?.targets[0]?.state === "active", "the Web Bridge is active");
  assert.equal((await get(edge.info.web!, "/meeting/123456789")).statusCode, 200);

  const inner = core.status();
  assert.deepEqual(
    inner.tunnels.map(({ target, domain, connection, state }) => [target, domain, connection, state]),
    [1, 2].map((n) => [edge.info.tunnel, HOST, n, "active"]),
  );
  assert.deepEqual(
    // The edge itself asks for /api/health from time to time.
    inner.allowList.rules.map(({ protocol, port, match, path, allowed }) => [protocol, port, match, path, allowed > 0]),
    [
      ["https", 443, "prefix", "/", true],
      ["wss", 443, "prefix", "/", false],
    ],
  );
  const outer = await edge.status();
  assert.equal(outer.tunnels.connections.length, 2);
  assert.equal(outer.web.requests, 2);
  assert.equal(outer.web.refused.EDGE_TUNNEL_DOWN, 1);
  assert.equal(outer.turn?.allocations, 0);
});

test("a taken web port ends the start, and leaves no other socket open", async (t) => {
  const other = createTcpServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  t.after(() => other.close());
  const start = edgeFile(edgeYaml((other.address() as AddressInfo).port));
  const free = await startEdge(edgeFile(edgeYaml()));
  const { tunnel } = free.info;
  await free.scope.close();
  const listen = { address: "127.0.0.1", port: Number(tunnel!.split(":")[1]) };
  const fixed = { ...start.config, tunnel: { ...start.config.tunnel, listen } };
  await assert.rejects(startEdge({ ...start, config: fixed }), { code: "EADDRINUSE" });
  const again = createTcpServer().listen(fixed.tunnel.listen.port, "127.0.0.1");
  await once(again, "listening");
  again.close();
});

test("every listener is named by its key before any is opened", () => {
  assert.deepEqual(
    edgeListeners(edgeFile(edgeYaml()).config).map(({ key, transport }) => `${key}/${transport}`),
    ["web.listen/tcp", "web.redirectListen/tcp", "tunnel.listen/tcp", "turn.listen/udp", "turn.listen/tcp"],
  );
});

test("an unknown key, a bad host and a missing key file are named", async () => {
  assert.throws(() => edgeFile(edgeYaml(0, "webb: {}")), { code: "CONFIG_UNKNOWN_KEY" });
  assert.throws(() => edgeFile(edgeYaml().replace("JOIN.example.com", '"https://join"')), { code: "CONFIG_BAD_VALUE" });
  const config = edgeFile(edgeYaml().replace("keys/host,", "keys/none,"));
  await assert.rejects(startEdge(config), { code: "TUNNEL_KEY_UNUSABLE" });
});

test("a web certificate that lacks the join host is warned of", async (t) => {
  const log = memoryLog();
  const edge = await startEdge(edgeFile(edgeYaml().replace("JOIN.example.com", "meet.example.com"), log));
  t.after(() => edge.scope.close());
  assert.ok(log.lines.some(({ event, fields }) => /does not name/.test(event) && fields.host === "meet.example.com"));
});
