import { spawn } from "node:child_process";
import dgram from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LogLine, memoryLog, Scope } from "#base";
import { createAuthority, issueServer } from "#certificates";
import { startTurnServer, type TurnServer, type TurnServerOptions } from "./index.ts";
import { LIMITS, relayOptions, testOptions } from "./test-world.ts";

/** For tests: what Debian's coturn clients meet. Everything that the server can do is on. */
export interface CoturnWorld {
  readonly scope: Scope;
  readonly server: TurnServer;
  /** By name: "udp" and "tcp" have one port, on which TLS is detected; "tls" takes nothing else. */
  readonly ports: { readonly mixed: number; readonly tls: number; readonly ipv6: number };
  /** The file of the authority that the server's certificate comes from. */
  readonly ca: string;
  readonly lines: readonly LogLine[];
  [Symbol.asyncDispose](): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), "turn-coturn-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const ca = join(folder, "ca.pem");
const authority = await createAuthority("coturn test");
writeFileSync(ca, authority.certificate);
const tls = await issueServer(authority, { names: ["localhost"], addresses: ["127.0.0.1", "::1"] });

export async function coturnWorld(overrides: Partial<TurnServerOptions> = {}): Promise<CoturnWorld> {
  const scope = new Scope();
  const log = memoryLog();
  const server = await startTurnServer(everything(overrides), scope, log);
  const [mixed, , tlsOnly, ipv6] = server.listening.map(({ port }) => port);
  const ports = { mixed: mixed!, tls: tlsOnly!, ipv6: ipv6! };
  return { scope, server, ports, ca, lines: log.lines, [Symbol.asyncDispose]: () => scope.close() };
}

function everything(overrides: Partial<TurnServerOptions>): TurnServerOptions {
  const { first } = relayOptions().ports;
  return testOptions({
    listen: [
      { address: "127.0.0.1", port: 0, transports: ["udp", "tcp"] },
      { address: "127.0.0.1", port: 0, transports: ["tls"] },
      { address: "::1", port: 0, transports: ["udp", "tcp"] },
    ],
    tls,
    relay: {
      ipv4: { address: "127.0.0.1", advertised: "127.0.0.1" },
      ipv6: { address: "::1", advertised: "::1" },
      ports: { first, last: first + 499 },
      defaultFamily: "ipv4",
    },
    allowPeers: { guest: ["127.0.0.0/8", "::1"], bridge: ["127.0.0.0/8", "::1"] },
    unauthenticatedBinding: true,
    tcpAllocations: true,
    mobility: true,
    limits: { ...LIMITS, allocationsPerUser: 100, allocations: 1800 },
    ...overrides,
  });
}

export interface Run {
  /** Standard output and error. */
  readonly output: string;
  /** False if it had to be killed. */
  readonly ended: boolean;
}

/** Runs one of Debian's coturn tools, for so many ms at most. */
export async function runTool(name: string, flags: string, withinMs = 30_000): Promise<Run> {
  const args = flags.split(" ").filter((flag) => flag !== "");
  const child = spawn(name, args, { stdio: ["ignore", "pipe", "pipe"], timeout: withinMs, killSignal: "SIGKILL" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const [, signal] = await once(child, "close");
  return { output, ended: signal === null };
}

/** The UDP echo peer of coturn on 127.0.0.1 and ::1, which answers on the next port as well. Returns its port. */
export async function startPeer(scope: Scope): Promise<number> {
  const probe = scope.child();
  const socket = dgram.createSocket("udp4");
  probe.defer(() => void socket.close());
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const port = 20_000 + Math.floor(Math.random() * 40_000);
  const peer = spawn("turnutils_peer", ["-L", "127.0.0.1", "-L", "::1", "-p", String(port)], { stdio: "ignore" });
  const gone = once(peer, "exit");
  scope.defer(async () => {
    peer.kill("SIGKILL");
    await gone;
  });
  const answer = once(socket, "message");
  probe.every(20, () => void socket.send("are you there", port, "127.0.0.1"));
  await Promise.race([answer, gone.then(() => Promise.reject(new Error("turnutils_peer has ended")))]);
  await probe.close();
  return port;
}
