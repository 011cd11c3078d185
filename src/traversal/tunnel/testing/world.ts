import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TestContext } from "node:test";
import { memoryLog, Scope, type TransportAddress } from "#base";
import { createSshKey } from "#certificates";
import type { Dns } from "#dns";
import { until } from "#until";
import { type CoreEnd, startCoreEnd } from "../core-end.ts";
import { type EdgeEnd, type EdgeEndOptions, startEdgeEnd } from "../edge-end.ts";
import { parse } from "../keys.ts";
import type { TunnelLimits } from "../limits.ts";

export const HOST = "join.example.com";
export const newKey = () => createSshKey("test");
export const [hostKey, coreKey, strangerKey] = [newKey(), newKey(), newKey()];
export const privateOf = (key: { privateKey: string }) => parse("test", key.privateKey);
export const publicOf = (key: { publicKey: string }) => parse("test", key.publicKey);
export const FAST: Partial<TunnelLimits> = {
  probeMs: 100,
  silenceMs: 400,
  askAgainMs: 100,
  lookUpMs: 50,
  lookUpAgainMs: 50,
  headStartMs: 100,
  connectMs: 500,
  firstRetryMs: 50,
  lastRetryMs: 100,
  refusedRetryMs: 100,
  handshakeMs: 2000,
};

interface Options {
  identity?: typeof coreKey;
  pinned?: typeof hostKey;
  asks?: string[];
  connections?: number;
  fallback?: TransportAddress;
  dns?: Dns;
  limits?: Partial<TunnelLimits>;
}

export async function edge(
  t: TestContext,
  limits: Partial<TunnelLimits> = FAST,
  port = 0,
  more: Partial<EdgeEndOptions> = {},
) {
  const scope = new Scope();
  t.after(() => scope.close());
  const log = memoryLog();
  const end = await startEdgeEnd(scope, {
    listen: { address: "127.0.0.1", port },
    hostKey: privateOf(hostKey),
    authorizedKeys: [publicOf(newKey()), publicOf(coreKey)],
    joinHosts: [HOST],
    log,
    limits,
    ...more,
  });
  return { scope, log, end };
}

/** A core whose side of each channel answers what it hears, in capitals. */
export function core(t: TestContext, address: TransportAddress, options: Options = {}) {
  const scope = new Scope();
  t.after(() => scope.close());
  const log = memoryLog();
  const channels: Duplex[] = [];
  const end = startCoreEnd(scope, {
    edges: [{ address, hostKey: publicOf(options.pinned ?? hostKey), fallback: options.fallback ?? "off" }],
    identity: privateOf(options.identity ?? coreKey),
    joinHosts: options.asks ?? [HOST],
    connectionsPerEdge: options.connections ?? 1,
    onChannel: (_host, channel) => {
      channels.push(channel);
      channel.on("error", () => {});
      channel.on("data", (chunk: Buffer) => channel.write(chunk.toString().toUpperCase()));
      channel.on("end", () => channel.end());
    },
    log,
    limits: options.limits ?? FAST,
    dns: options.dns,
  });
  return { scope, log, end, channels };
}

export const active = (end: CoreEnd) =>
  until(() => end.status().every((r) => r.state === "active"), "every connection is active");
export const failure = (end: CoreEnd) =>
  until(() => {
    const [row] = end.status();
    return row?.state === "failed" ? row.lastError : undefined;
  }, "a connection failed");

/** Has the core answer through the tunnel. */
export async function ask(end: Pick<EdgeEnd, "openChannel">, text: string, host = HOST): Promise<string> {
  const channel = await end.openChannel(host);
  channel.end(text);
  let answer = "";
  for await (const chunk of channel) answer += chunk;
  return answer;
}

/** A TCP relay whose line can be cut: by reset, or so that nothing is heard any more. */
export async function line(t: TestContext, to: TransportAddress) {
  const pairs: [Socket, Socket][] = [];
  let dead = false;
  const server: Server = createServer((near) => {
    const far = connect(to.port, to.address);
    pairs.push([near, far]);
    for (const [a, b] of [
      [near, far],
      [far, near],
    ] as const) {
      a.on("error", () => {});
      a.on("data", (chunk) => dead || b.write(chunk));
      a.on("close", () => dead || b.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of pairs.splice(0).flat()) socket.destroy();
  };
  t.after(() => {
    dead = true;
    cut();
    server.close();
  });
  const silence = (on: boolean) => {
    dead = on;
  };
  return { address: { address: "127.0.0.1", port: (server.address() as { port: number }).port }, cut, silence };
}
