import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { AlarmBoard } from "#alarms";
import { type LogLine, memoryLog, type Scope, systemClock } from "#base";
import type { ClientOrigin, SignallingStream } from "#bridge-link";
import { Resolver } from "#dns";
import { type EventLog, memoryEventLog } from "#event-log";
import { type MediaPool, openMediaPool } from "#media";
import { createSpace } from "#spaces";
import { type Fields, openTestStorage, type Storage } from "#storage";
import { type CallBridge, startCallBridge } from "./call-bridge.ts";
import { testTurnServers } from "./testing-turn.ts";
import { openTurnServers } from "./turn-servers/index.ts";

/** A Call Bridge with real storage and media on loopback, and the smallest thing that can stand for a Web Bridge. */
export interface TestBridge {
  readonly bridge: CallBridge;
  readonly storage: Storage;
  readonly space: { readonly id: string; readonly callId: string; readonly secret: string };
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
  turnServer?: Fields,
  origin: ClientOrigin = INSIDE,
): Promise<TestBridge> {
  const storage = await openTestStorage(scope);
  const { id, fields } = await storage.change((writer) => createSpace(writer, { name: "Test", passcode: "2468" }));
  const space = { id, callId: String(fields.callId), secret: String(fields.secret) };
  const log = memoryLog();
  const eventLines: string[] = [];
  const events = memoryEventLog();
  events.follow(({ level, text }) => eventLines.push(`${level}: ${text}`));
  const listen = { address: "127.0.0.1", advertised: "127.0.0.1", port: 0 };
  let pool: MediaPool | undefined;
  const bridge = await startCallBridge(scope.child(), {
    name: "cb-test",
    storage,
    turnServers: turnServer ? await realTurnServer(scope, storage, turnServer, events) : testTurnServers(),
    openMedia: async (onEvent) => {
      const options = { listen, edges: [], logLevel: "warn" } as const;
      pool = await openMediaPool(scope.child(), { workers: 1, options, onEvent, log });
      return pool;
    },
    clock: systemClock,
    log,
    events,
  });
  const web = await serve(scope, bridge, origin);
  const killWorker = async () => {
    const [worker] = await pool!.stats();
    process.kill(worker!.pid!, "SIGKILL");
  };
  return { bridge, storage, space, lines: log.lines, eventLines, killWorker, ...web };
}

async function realTurnServer(scope: Scope, storage: Storage, fields: Fields, events: EventLog) {
  await storage.change((writer) => writer.insert({ noun: "turnServer", fields }));
  return openTurnServers(scope.child(), {
    storage,
    callBridge: "cb-test",
    dns: new Resolver({ servers: [], hosts: new Map(), clock: systemClock }),
    alarms: new AlarmBoard(systemClock),
    events,
    clock: systemClock,
    log: memoryLog(),
  });
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
