import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { memoryLog, Scope } from "#base";
import { createSshKey } from "#certificates";
import { parseTunnelKey, startCoreEnd, startEdgeEnd } from "./index.ts";

/** OpenSSH at the other end, as a peer that nobody here wrote. */
const SSHD = "/usr/sbin/sshd";
const skip =
  existsSync(SSHD) && existsSync("/usr/bin/ssh") ? false : "openssh-server and openssh-client are not installed";
const HOST = "join.example.com";

const dir = mkdtempSync(join(tmpdir(), "turnpike-openssh-"));
after(() => rmSync(dir, { recursive: true, force: true }));
const [hostKey, coreKey] = [createSshKey("edge"), createSshKey("core")];
for (const [name, text] of [
  ["host", hostKey.privateKey],
  ["core", coreKey.privateKey],
  ["core.pub", coreKey.publicKey],
] as const) {
  writeFileSync(join(dir, name), text);
  chmodSync(join(dir, name), 0o600);
}

async function until<T>(what: string, look: () => T | undefined | false, withinMs = 10_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = look();
    if (found) return found;
    if (Date.now() > deadline) assert.fail(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
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

test("`ssh -R` is a core to our edge: channels, five megabytes, and the end of the connection", { skip }, async (t) => {
  const scope = new Scope();
  t.after(() => scope.close());
  const edge = await startEdgeEnd(scope, {
    listen: { address: "127.0.0.1", port: 0 },
    hostKey: parseTunnelKey("test", hostKey.privateKey),
    authorizedKeys: [parseTunnelKey("test", coreKey.publicKey)],
    joinHosts: [HOST],
    log: memoryLog(),
  });
  const known = join(dir, "known_hosts");
  writeFileSync(known, `[127.0.0.1]:${edge.address.port} ${hostKey.publicKey}`);
  const options = [
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${known}`,
    "ExitOnForwardFailure=yes",
    "BatchMode=yes",
  ];
  const common = [
    "-F",
    "none",
    "-i",
    join(dir, "core"),
    "-o",
    "IdentitiesOnly=yes",
    ...options.flatMap((o) => ["-o", o]),
  ];
  const to = ["-p", String(edge.address.port), "core@127.0.0.1"];
  const forward = `${HOST}:443:127.0.0.1:${await shouter(t)}`;
  const ssh = start(t, "ssh", [...common, "-N", "-R", forward, ...to]);
  await until(
    "the edge has the tunnel",
    () => edge.status()[0]!.connections.length === 1 || ssh.child.exitCode !== null,
  );
  assert.equal(ssh.child.exitCode, null, ssh.said());

  const text = "abcdefghij".repeat(512 * 1024);
  const channel = await edge.openChannel(HOST);
  channel.end(text);
  const parts: Buffer[] = [];
  for await (const chunk of channel) parts.push(chunk);
  assert.ok(Buffer.concat(parts).toString() === text.toUpperCase());

  const shell = start(t, "ssh", [...common, ...to, "id"]);
  await once(shell.child, "exit");
  assert.notEqual(shell.child.exitCode, 0, "no command is run");
  const other = start(t, "ssh", [...common, "-N", "-R", "8080:127.0.0.1:1", ...to]);
  await once(other.child, "exit");
  assert.match(other.said(), /remote port forwarding failed/);

  ssh.child.kill("SIGTERM");
  await until("the edge has let go", () => edge.status()[0]!.connections.length === 0);
});

test("our core end works against Debian's sshd, which binds the port that it is asked for", { skip }, async (t) => {
  const [sshPort, forwardPort] = [await freePort(), await freePort()];
  mkdirSync("/run/sshd", { recursive: true });
  const config = join(dir, "sshd_config");
  writeFileSync(
    config,
    `Port ${sshPort}
ListenAddress 127.0.0.1
HostKey ${join(dir, "host")}
AuthorizedKeysFile ${join(dir, "core.pub")}
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
  await until("sshd listens", () => /Server listening/.test(sshd.said()) || sshd.child.exitCode !== null);
  assert.equal(sshd.child.exitCode, null, sshd.said());
  const scope = new Scope();
  t.after(() => scope.close());
  const core = startCoreEnd(scope, {
    edges: [{ address: { address: "127.0.0.1", port: sshPort }, hostKey: parseTunnelKey("test", hostKey.publicKey) }],
    identity: parseTunnelKey("test", coreKey.privateKey),
    joinHosts: ["localhost"],
    forwardPort,
    username: process.env.USER ?? "root",
    connectionsPerEdge: 1,
    onChannel: (host, channel) => {
      assert.equal(host, "localhost");
      channel.on("error", () => {});
      channel.on("data", (chunk: Buffer) => channel.write(chunk.toString("latin1").toUpperCase()));
      channel.on("end", () => channel.end());
    },
    log: memoryLog(),
  });
  const row = await until("the tunnel is active with its round trip", () =>
    core.status().find((r) => r.state === "active" && r.rttMs !== undefined),
  );
  assert.ok(row.state === "active" && row.rttMs! < 1000);
  const socket = connect(forwardPort, "127.0.0.1");
  const text = "abcdefghij".repeat(100_000);
  socket.end(text);
  let heard = "";
  for await (const chunk of socket) heard += chunk;
  assert.ok(heard === text.toUpperCase());
});
