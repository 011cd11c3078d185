/**
 * Run in a network namespace of its own: an edge and a core with the limits of a deployment, and a firewall that drops
 * what passes between them. Says on standard output, as JSON, how long each thing took, ms.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import type { TestContext } from "node:test";
import { createServer } from "node:tls";
import { memoryLog, Scope } from "#base";
import { createAuthority, issueServer } from "#certificates";
import { listen } from "#listeners";
import { until } from "#until";
import { startCoreEnd } from "../core-end.ts";
import { TUNNEL_ALPN } from "../limits.ts";
import { active, ask, coreKey, edge, HOST, hostKey, privateOf, publicOf } from "./world.ts";

const WITHIN_MS = 30_000;
const scope = new Scope();
const t = { after: (end: () => unknown) => scope.defer(async () => void (await end())) } as unknown as TestContext;
const sh = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: "pipe" });

sh("ip", "link", "set", "lo", "up");
sh("nft", "add table inet wall; add chain inet wall input { type filter hook input priority 0; }");
/** Drops what goes to these ports and what comes from them; connections that are there die of silence. */
const drop = (...ports: number[]) =>
  sh(
    "nft",
    `add rule inet wall input tcp dport { ${ports} } drop; add rule inet wall input tcp sport { ${ports} } drop`,
  );
const heal = () => sh("nft", "flush chain inet wall input");
const stopwatch = () => {
  const begun = performance.now();
  return () => Math.round(performance.now() - begun);
};

const { end } = await edge(t, {}, 2222);
const certificate = await issueServer(await createAuthority("test"), { names: [HOST] });
const web = createServer(
  { cert: certificate.certificate, key: certificate.key, ALPNProtocols: [TUNNEL_ALPN] },
  (socket) => {
    socket.on("error", () => {});
    end.attach(socket, { address: socket.remoteAddress!, port: socket.remotePort!, via: "443" });
  },
);
await listen(scope, web, { address: "127.0.0.1", port: 443 });
const coreOf = (fallback: "off" | undefined) =>
  startCoreEnd(scope, {
    edges: [{ address: end.address, hostKey: publicOf(hostKey), fallback }],
    identity: privateOf(coreKey),
    joinHosts: [HOST],
    connectionsPerEdge: 2,
    onChannel: (_host, channel) => {
      channel.on("error", () => {});
      channel.pipe(channel);
    },
    log: memoryLog(),
    limits: { directMs: 2000 },
  });
const viaOf = (core: ReturnType<typeof coreOf>) =>
  core
    .status()
    .map((row) => (row.state === "active" ? row.via : row.state))
    .join();
const isUp = (core: ReturnType<typeof coreOf>) => core.status().every(({ state }) => state === "active");
const isDown = (core: ReturnType<typeof coreOf>) => core.status().every(({ state }) => state !== "active");

const core = coreOf(undefined);
await active(core);
const took: Record<string, number> = {};

// A cut that lasts shorter than the signs of life allow: nothing is lost.
const channel = await end.openChannel(HOST);
drop(2222, 443);
channel.write("still here");
await scope.sleep(2000);
let since = stopwatch();
heal();
const [heard] = await new Promise<[Buffer]>((resolve) => channel.once("data", (chunk: Buffer) => resolve([chunk])));
took.shortCut = since();
assert.equal(String(heard), "still here");
channel.destroy();

// Cuts that end at several moments of a try and of a wait.
for (const extraMs of [0, 1300, 3100]) {
  drop(2222, 443);
  since = stopwatch();
  await until(() => isDown(core), "the core has given it up", WITHIN_MS);
  took[`noticed${extraMs}`] = since();
  await scope.sleep(extraMs);
  heal();
  since = stopwatch();
  await until(() => isUp(core) && end.status().domains[0]!.connections.length >= 2, "both are back", WITHIN_MS);
  assert.equal(await ask(end, "x"), "x");
  took[`back${extraMs}`] = since();
}

// Only the tunnel's own port is closed.
drop(2222);
since = stopwatch();
await until(() => viaOf(core) === "443,443", "both go over 443", WITHIN_MS);
assert.equal(await ask(end, "x"), "x");
took.over443 = since();
heal();
since = stopwatch();
await until(() => viaOf(core) === "2222,2222", "both are back on their own port", WITHIN_MS);
took.direct = since();

process.stdout.write(`${JSON.stringify(took)}\n`);
await scope.close();
