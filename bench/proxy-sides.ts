import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import type { Scope } from "#base";
import { createAuthority, createSshKey, issueServer } from "#certificates";
import { edgeHttp, insideHttp, startNginx } from "./proxy-nginx.ts";
import { freePort, type Process, startModule, startProgram, treeOf, until } from "./proxy-processes.ts";

const MAIN = resolve(import.meta.dirname, "../src/main.ts");
/** wrk sends the host of its address as server name, and this one is in /etc/hosts. */
export const HOST = "localhost";
const CIPHER = "aes128-gcm@openssh.com";

/** Files that both sides and all clients share: certificates, keys, what is served, and the port of the echo. */
export interface Ground {
  readonly dir: string;
  readonly ca: string;
  readonly echo: number;
}

/** A whole road from a guest's TLS to a web server inside. */
export interface Side {
  readonly name: string;
  readonly port: number;
  /** Every process that serves, by program. The echo behind the web server is not among them. */
  readonly processes: Readonly<Record<string, Process>>;
}

export async function prepare(scope: Scope, dir: string): Promise<Ground> {
  const authority = await createAuthority("bench");
  const web = await issueServer(authority, { names: [HOST] });
  const [hostKey, coreKey] = [createSshKey("edge"), createSshKey("core")];
  mkdirSync(join(dir, "www"), { recursive: true });
  const files = {
    "ca.pem": authority.certificate,
    "web.pem": web.certificate,
    "web.key": web.key,
    host: hostKey.privateKey,
    "host.pub": hostKey.publicKey,
    core: coreKey.privateKey,
    "core.pub": coreKey.publicKey,
    turn: "0123456789abcdef0123456789abcdef\n",
    "www/1k": "x".repeat(1024),
    "www/10m": Buffer.alloc(10_000_000, "turnpike"),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
  for (const name of ["host", "core", "web.key", "turn"]) chmodSync(join(dir, name), 0o600);
  // nginx's workers run as another user and open what is served.
  chmodSync(dir, 0o755);
  const echo = await startModule(scope, dir, "echo", resolve(import.meta.dirname, "proxy-echo.ts"));
  return { dir, ca: authority.certificate, echo: (echo.first as { port: number }).port };
}

/** `turnpike edge` and `turnpike core` with files as an administrator has them, and nginx as a foreign Web Bridge over TLS. */
export async function startOurs(scope: Scope, { dir, ca, echo }: Ground): Promise<Side> {
  const [port, tunnel, target] = [await freePort(), await freePort(), await freePort()];
  const inside = startNginx(scope, dir, `ours-inside-${port}`, insideHttp(target, "https", echo));
  const edgeFile = writeYaml(dir, "edge", {
    joinHosts: [HOST],
    web: { listen: `127.0.0.1:${port}`, certificate: "web.pem", key: "web.key" },
    tunnel: { listen: `127.0.0.1:${tunnel}`, hostKey: "host", authorizedKeys: ["core.pub"] },
    turn: {
      listen: ["127.0.0.1:0"],
      relay: { address: "127.0.0.1", ports: "40000-40100" },
      tcp443: true,
      sharedSecretFile: "turn",
    },
    // All load comes from one machine, as if from one guest.
    protection: { exempt: ["127.0.0.0/8"] },
    control: { socket: `run-${port}/control.sock` },
    log: { level: "info" },
  });
  const coreFile = writeYaml(dir, "core", {
    joinHosts: [{ host: HOST, target: `127.0.0.1:${target}`, ca: "ca.pem" }],
    edges: [{ address: `127.0.0.1:${tunnel}`, hostKey: "host.pub" }],
    identity: "core",
    // One carries 2,000 connections.
    connectionsPerEdge: 4,
    log: { level: "info" },
  });
  const role = (name: string, file: string) =>
    startModule(scope, dir, `${name}-${port}`, MAIN, [name, "--config", file]);
  const [edge, core] = [await role("edge", edgeFile), await role("core", coreFile)];
  const side: Side = { name: "turnpike", port, processes: { edge, core, "nginx inside": inside } };
  await answers(side, ca);
  return side;
}

/**
 * nginx, OpenSSH's `ssh -N -R` and sshd, and nginx. Tuned: two workers, kept connections, no log, AES-GCM in place of SSH's
 * slower default. Nagle's algorithm stays on in sshd, as no option of it turns that off without a session.
 */
export async function startPeer(scope: Scope, { dir, ca, echo }: Ground, scheme: "https" | "http"): Promise<Side> {
  const [port, sshPort] = [await freePort(), await freePort()];
  const [forwarded, target] = [await freePort(), await freePort()];
  const inside = startNginx(scope, dir, `peer-inside-${port}`, insideHttp(target, scheme, echo));
  const edge = startNginx(scope, dir, `peer-edge-${port}`, edgeHttp(port, forwarded, scheme, HOST));
  // sshd's name for where a child without rights is locked up.
  mkdirSync("/run/sshd", { recursive: true });
  const config = join(dir, `sshd-${port}.conf`);
  writeFileSync(config, sshdConfig(dir, sshPort));
  const sshd = startProgram(scope, dir, "/usr/sbin/sshd", ["-D", "-e", "-f", config]);
  const known = join(dir, `known-${port}`);
  writeFileSync(known, `[127.0.0.1]:${sshPort} ${readFileSync(join(dir, "host.pub"), "utf8")}`);
  await until("sshd listens", [sshd], () => listens(sshPort));
  const options = {
    IdentitiesOnly: "yes",
    StrictHostKeyChecking: "yes",
    UserKnownHostsFile: known,
    ExitOnForwardFailure: "yes",
    BatchMode: "yes",
    Ciphers: CIPHER,
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const forward = `127.0.0.1:${forwarded}:127.0.0.1:${target}`;
  const to = ["-i", join(dir, "core"), "-N", "-T", "-R", forward, "-p", String(sshPort), "127.0.0.1"];
  const ssh = startProgram(scope, dir, "/usr/bin/ssh", ["-F", "none", ...flags, ...to]);
  const processes = { "nginx edge": edge, sshd, ssh, "nginx inside": inside };
  const side: Side = { name: `nginx+ssh+nginx${scheme === "http" ? " (plain inside)" : ""}`, port, processes };
  await answers(side, ca);
  return side;
}

/** The side's processes, or those of its programs that are named by `roots`, with their children. Throws if one has ended. */
export function pidsOf(side: Side, roots = Object.values(side.processes).map(({ pid }) => pid)): number[] {
  for (const process of Object.values(side.processes)) process.mustLive();
  return treeOf(roots);
}

function sshdConfig(dir: string, port: number): string {
  return `
Port ${port}
ListenAddress 127.0.0.1
HostKey ${dir}/host
AuthorizedKeysFile ${dir}/core.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding remote
Ciphers ${CIPHER}
`;
}

function writeYaml(dir: string, name: string, value: unknown): string {
  const file = join(dir, `${name}.yaml`);
  writeFileSync(file, stringify(value));
  return file;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket.destroy() !== undefined));
    socket.on("error", () => resolve(false));
  });
}

async function answers(side: Side, ca: string): Promise<void> {
  const all = Object.values(side.processes);
  await until(`${side.name} carries a request`, all, async () => (await statusOf(side.port, ca)) === 200);
}

function statusOf(port: number, ca: string): Promise<number> {
  return new Promise((resolve) => {
    const where = { host: "127.0.0.1", port, path: "/1k", headers: { host: HOST }, servername: HOST };
    const message = request({ ...where, ca, agent: false, timeout: 2_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    message.on("timeout", () => message.destroy());
    message.on("error", () => resolve(0));
    message.end();
  });
}
