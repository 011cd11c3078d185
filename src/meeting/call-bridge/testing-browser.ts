import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import { type LogLine, memoryLog, type Scope, systemClock } from "#base";
import type { ClientOrigin, SignallingStream } from "#bridge-link";
import { type MediaPool, openMediaPool } from "#media";
import { openStorage, type Space } from "#storage";
import { type CallBridge, startCallBridge } from "./call-bridge.ts";
import type { TurnServer } from "./turn-servers.ts";

/** A Call Bridge with real storage and media on loopback, and the smallest thing that can stand for a Web Bridge. */
export interface TestBridge {
  readonly bridge: CallBridge;
  readonly space: Space;
  /** "http://127.0.0.1:port/": serves livekit-client and carries its sockets. */
  readonly url: string;
  readonly lines: LogLine[];
  readonly eventLines: string[];
  /** What clients asked with, for captures. */
  readonly queries: Readonly<Record<string, string>>[];
  /** Kills the media worker's process. */
  killWorker(): Promise<void>;
  /** Cuts every signalling socket, as a broken line would. */
  cutSockets(): void;
}

const LIVEKIT_CLIENT = new URL("../../../node_modules/livekit-client/dist/livekit-client.umd.js", import.meta.url);

export async function testBridge(
  scope: Scope,
  turnServers: readonly TurnServer[] = [],
  origin: ClientOrigin = INSIDE,
): Promise<TestBridge> {
  const folder = mkdtempSync(join(tmpdir(), "call-bridge-"));
  scope.defer(() => rmSync(folder, { recursive: true }));
  const spaces = await openStorage(scope, join(folder, "test.db"));
  const space = await spaces.createSpace({ name: "Test", passcode: "2468" });
  const log = memoryLog();
  const eventLines: string[] = [];
  const listen = { address: "127.0.0.1", advertised: "127.0.0.1", port: 0 };
  let pool: MediaPool | undefined;
  const bridge = await startCallBridge(scope.child(), {
    name: "cb-test",
    spaces,
    turnServers,
    openMedia: async (onEvent) => {
      const options = { listen, edges: turnServers, logLevel: "warn" } as const;
      pool = await openMediaPool(scope.child(), { workers: 1, options, onEvent, log });
      return pool;
    },
    clock: systemClock,
    log,
    eventLine: (level, text) => eventLines.push(`${level}: ${text}`),
  });
  const web = await serve(scope, bridge, origin);
  const killWorker = async () => {
    const [worker] = await pool!.stats();
    process.kill(worker!.pid!, "SIGKILL");
  };
  return { bridge, space, lines: log.lines, eventLines, killWorker, ...web };
}

async function serve(scope: Scope, bridge: CallBridge, origin: ClientOrigin) {
  const sockets = new Set<WebSocket>();
  const queries: Record<string, string>[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/livekit.js")
      return void response.setHeader("content-type", "text/javascript").end(readFileSync(LIVEKIT_CLIENT));
    if (url.pathname === "/rtc/v1/validate") {
      const { status, text } = await bridge.validateToken(url.searchParams.get("access_token") ?? "");
      return void response.writeHead(status).end(text);
    }
    response.setHeader("content-type", "text/html").end("<!doctype html><script src=/livekit.js></script>");
  });
  const upgrade = new WebSocketServer({ server, maxPayload: 1024 * 1024 });
  upgrade.on("connection", (socket, request) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const { access_token, ...query } = Object.fromEntries(new URL(request.url ?? "/", "http://localhost").searchParams);
    queries.push(query);
    const token = access_token ?? request.headers.authorization?.replace(/^Bearer /, "") ?? "";
    bridge.openSignalling({ token, query }, origin, streamOf(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  scope.defer(async () => {
    for (const socket of sockets) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const cutSockets = () => {
    for (const socket of sockets) socket.terminate();
  };
  return { url, queries, cutSockets };
}

export const INSIDE: ClientOrigin = { address: "127.0.0.1", via: "inside", traceId: "0123456789abcdef" };

function streamOf(socket: WebSocket): SignallingStream {
  return {
    send: (frame) => socket.send(frame),
    onMessage: (listener) => {
      socket.on("message", (data, binary) => listener(binary ? new Uint8Array(data as Buffer) : String(data)));
    },
    onClose: (listener) => {
      socket.on("close", (code, reason) => listener(code, String(reason)));
    },
    close: (code, reason) => socket.close(code, reason),
  };
}
