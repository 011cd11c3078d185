import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, get } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { after, type TestContext, test } from "node:test";
import { memoryLog, Scope } from "#base";
import { createSshKey } from "#certificates";
import { until } from "#until";
import { parseTunnelKey, startCoreEnd, startEdgeEnd, type TunnelRow } from "./index.ts";

/** OpenSSH at the other end, as a peer that nobody here wrote. */
const SSHD = "/usr/sbin/sshd";
const skip =
  existsSync(SSHD) && existsSync("/usr/bin/ssh") ? false : "openssh-server and openssh-client are not installed";
const HOST = "join.example.com";

const dir = mkdtempSync(join(tmpdir(), "turnpike-openssh-"));
after(() => rmSync(dir, { recursive: true, force: true }));
const [hostKey, coreKey, strangerKey] = [createSshKey("edge"), createSshKey("core"), createSshKey("stranger")];
for (const [name, text] of [
  ["host", hostKey.privateKey],
  ["core", coreKey.privateKey],
  ["core.pub", coreKey.publicKey],
  ["stranger", strangerKey.privateKey],
] as const) {
  writeFileSync(join(dir, name), text);
  chmodSync(join(dir, name), 0o600);
}

function start(t: TestContext, command: string, args: string[]): { child: ChildProcess; said: () => string } {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.on("data", (chunk) => (said += chunk));
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  return { child, said: () => said };
}

/** A server that answers what it hears, in capitals. */
async function shouter(t: TestContext): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => socket.write(chunk.toString("latin1").toUpperCase(), "latin1"));
    socket.on("end", () => socket.end());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A web server inside; says what it was asked, and what it was sent. */
async function webServer(t: TestContext) {
  const server = createHttpServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    response.end(`${request.method} ${request.url} ${body.length}`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** One GET whose connection is given or made. */
async function fetchOver(options: { port?: number; channel?: Duplex }): Promise<string> {
  const { port, channel } = options;
  const request = get({
    ...(channel ? { createConnection: () => channel as Socket } : { host: "127.0.0.1", port }),
    path: "/hello",
    headers: { host: HOST, connection: "close" },
  });
  const [response] = await once(request, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return text;
}

async function ourEdge(t: TestContext) {
  const scope = new Scope();
  t.after(() => scope.close());
  const edge = await startEdgeEnd(scope, {
    listen: { address: "127.0.0.1", port: 0 },
    hostKey: parseTunnelKey("test", hostKey.privateKey),
    authorizedKeys: [parseTunnelKey("test", coreKey.publicKey)],
    joinHosts: [HOST],
    log: memoryLog(),
  });
  const known = join(dir, `known_hosts.${edge.address.port}`);
  writeFileSync(known, `[127.0.0.1]:${edge.address.port} ${hostKey.publicKey}`);
  const options = ["StrictHostKeyChecking=yes", `UserKnownHostsFile=${known}`, "ExitOnForwardFailure=yes"];
  const common = (key: string) => [
    ...["-F", "none", "-i", join(dir, key), "-p", String(edge.address.port)],
    ...[...options, "BatchMode=yes", "IdentitiesOnly=yes"].flatMap((option) => ["-o", option]),
  ];
  const carried = () => edge.status().domains[0]!.connections;
  const ssh = (more: string[], key = "core", command: string[] = []) =>
    start(t, "ssh", [...common(key), ...more, "core@127.0.0.1", ...command]);
  /** As an administrator would write it. */
  const core = async (insidePort: number) => {
    const before = carried().map(({ peer }) => peer);
    const isNew = () => carried().some(({ peer }) => !before.includes(peer));
    const child = ssh(["-N", "-R", `${HOST}:443:127.0.0.1:${insidePort}`]);
    await until(() => isNew() || child.child.exitCode !== null, "the edge has the tunnel");
    assert.equal(child.child.exitCode, null, child.said());
    return child;
  };
  return { edge, ssh, core, carried };
}

test("`ssh -R` is a core to our edge: five megabytes both ways, HTTP, and the end of the connection", {
  skip,
}, async (t) => {
  const { edge, ssh, core, carried } = await ourEdge(t);
  const loud = await core(await shouter(t));
  const text = "abcdefghij".repeat(512 * 1024);
  const channel = await edge.openChannel(HOST);
  channel.end(text);
  const parts: Buffer[] = [];
  for await (const chunk of channel) parts.push(chunk);
  assert.ok(Buffer.concat(parts).toString() === text.toUpperCase());
  const [row] = carried();
  assert.match(row!.software, /^OpenSSH_/);
  await until(() => carried()[0]!.rttMs !== undefined, "its round trip is measured");

  const shell = ssh([], "core", ["id"]);
  await once(shell.child, "exit");
  assert.notEqual(shell.child.exitCode, 0, "no command is run");
  const other = ssh(["-N", "-R", "8080:127.0.0.1:1"]);
  await once(other.child, "exit");
  assert.match(other.said(), /remote port forwarding failed/);
  loud.child.kill("SIGTERM");
  await until(() => carried().length === 0, "the edge has let go");

  await core((await webServer(t)).port);
  assert.equal(await fetchOver({ channel: await edge.openChannel(HOST) }), "GET /hello 0");
});

test("an `ssh -R` that is killed and started again carries at once", { skip }, async (t) => {
  const { edge, core, carried } = await ourEdge(t);
  const { port } = await webServer(t);
  const first = await core(port);
  first.child.kill("SIGKILL");
  await core(port);
  await until(() => carried().length === 1, "only the new one is there");
  assert.equal(await fetchOver({ channel: await edge.openChannel(HOST) }), "GET /hello 0");
  assert.deepEqual(edge.status().sharedIdentities, []);
});

test("an `ssh -R` with a key that is not known is refused, and one whose key is revoked is told why", {
  skip,
}, async (t) => {
  const { edge, ssh, core, carried } = await ourEdge(t);
  const stranger = ssh(["-N", "-R", `${HOST}:443:127.0.0.1:1`], "stranger");
  await once(stranger.child, "exit");
  assert.match(stranger.said(), /Permission denied \(publickey\)/);
  const known = await core((await webServer(t)).port);
  edge.configure({ authorizedKeys: [parseTunnelKey("test", strangerKey.publicKey)] });
  assert.equal(carried().length, 0);
  await once(known.child, "exit");
  assert.match(known.said(), /this key is no longer authorized on the edge/);
});

async function startSshd(t: TestContext, sshPort: number, authorized = "core.pub") {
  mkdirSync("/run/sshd", { recursive: true });
  const config = join(dir, `sshd_config.${sshPort}`);
  writeFileSync(
    config,
    `Port ${sshPort}
ListenAddress 127.0.0.1
HostKey ${join(dir, "host")}
AuthorizedKeysFile ${join(dir, authorized)}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding remote
GatewayPorts clientspecified
`,
  );
  const sshd = start(t, SSHD, ["-D", "-e", "-f", config]);
  await until(() => /Server listening/.test(sshd.said()) || sshd.child.exitCode !== null, "sshd listens");
  assert.equal(sshd.child.exitCode, null, sshd.said());
  /** The processes of its sessions; they outlive the one that listens. */
  const sessions = () => childrenOf(sshd.child.pid!);
  return { ...sshd, sessions };
}

function childrenOf(pid: number): number[] {
  const own = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  return own.flatMap((child) => [child, ...childrenOf(child)]);
}

async function ourCore(
  t: TestContext,
  sshPort: number,
  more: { identity?: string; hostKey?: string; n?: number } = {},
) {
  const forwardPort = await freePort();
  const scope = new Scope();
  t.after(() => scope.close());
  const { server } = await webServer(t);
  const core = startCoreEnd(scope, {
    edges: [
      {
        address: { address: "127.0.0.1", port: sshPort },
        hostKey: parseTunnelKey("test", more.hostKey ?? hostKey.publicKey),
        fallback: "off",
      },
    ],
    identity: parseTunnelKey("test", more.identity ?? coreKey.privateKey),
    joinHosts: ["localhost"],
    forwardPort,
    username: process.env.USER ?? "root",
    connectionsPerEdge: more.n ?? 1,
    onChannel: (host, channel) => {
      assert.equal(host, "localhost");
      server.emit("connection", channel);
    },
    log: memoryLog(),
    limits: { askAgainMs: 200 },
  });
  const row = (what: string, is: (row: TunnelRow) => boolean) => until(() => core.status().find(is), what);
  return { core, forwardPort, row };
}

test("our core end works against Debian's sshd, which binds the port that it is asked for", { skip }, async (t) => {
  const sshPort = await freePort();
  await startSshd(t, sshPort);
  const { forwardPort, row } = await ourCore(t, sshPort);
  const up = await row("active with its round trip", (one) => one.state === "active" && one.rttMs !== undefined);
  assert.ok(up.state === "active" && up.rttMs! < 1000);
  const socket = connect(forwardPort, "127.0.0.1");
  const text = "abcdefghij".repeat(100_000);
  socket.write(`POST /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
  let heard = "";
  for await (const chunk of socket) heard += chunk;
  assert.match(heard, new RegExp(`POST /big ${text.length}`));
  assert.equal(await fetchOver({ port: forwardPort }), "GET /hello 0");
});

test("after sshd was killed and started again our core is back", { skip }, async (t) => {
  const sshPort = await freePort();
  const sshd = await startSshd(t, sshPort);
  const { core, forwardPort, row } = await ourCore(t, sshPort, { n: 2 });
  // sshd binds the port once: the second connection waits for it to be free.
  await row("one carries", ({ state }) => state === "active");
  await row("one waits", ({ state, lastError }) => state === "failed" && lastError?.code === "TUNNEL_HOST_REFUSED");
  for (const pid of [...sshd.sessions(), sshd.child.pid!]) process.kill(pid, "SIGKILL");
  await until(() => core.status().every(({ state }) => state !== "active"), "all are down");
  await startSshd(t, sshPort);
  await row("it is back", ({ state }) => state === "active");
  assert.equal(await fetchOver({ port: forwardPort }), "GET /hello 0");
});

test("an sshd that refuses our key, or shows another one than is pinned, is named", { skip }, async (t) => {
  const sshPort = await freePort();
  await startSshd(t, sshPort);
  const stranger = await ourCore(t, sshPort, { identity: strangerKey.privateKey });
  const refused = await stranger.row("it is refused", ({ state }) => state === "failed");
  assert.equal(refused.lastError?.code, "TUNNEL_KEY_REFUSED");
  assert.ok(refused.lastError.message.includes(parseTunnelKey("test", strangerKey.publicKey).fingerprint));
  const wrong = await ourCore(t, sshPort, { hostKey: strangerKey.publicKey });
  assert.equal(
    (await wrong.row("it is not trusted", ({ state }) => state === "failed")).lastError?.code,
    "TUNNEL_HOST_KEY_MISMATCH",
  );
});
