/** Stands for the meeting service in the tests of the app: answers as a test tells it to. Loopback only. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { JoinRequest, SignalResponse, WrappedJoinRequest, WrappedJoinRequest_Compression } from "@livekit/protocol";
import { type WebSocket, WebSocketServer } from "ws";

const BUILT = resolve(import.meta.dirname, "../../dist/apps/meeting");
const TYPES: Record<string, string> = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
/** As strict as any server of the app would be. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'";

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Service {
  readonly url: string;
  /** What the app asked with, newest last. */
  readonly asked: { readonly body: Record<string, unknown>; readonly trace: string }[];
  /** TURN servers that the app is told of. */
  relays: readonly string[];
  /** "silent" never answers. */
  join: Answer | "admitted" | "waiting" | "silent";
  /** What the waiting room says. */
  lobby: Answer;
  health: Answer;
  /** Undefined refuses the upgrade. */
  onSocket: ((socket: WebSocket, publisherOffer: string) => void) | undefined;
  close(): Promise<void>;
}

export async function standIn(): Promise<Service> {
  const server = createServer((request, response) => void serve(service, request, response));
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    const { onSocket } = service;
    if (!onSocket) return socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    sockets.handleUpgrade(request, socket, head, (client) => onSocket(client, offerOf(request)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const service: Service = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    relays: [],
    join: "admitted",
    lobby: { status: 410, body: { error: { code: "LOBBY_GONE", message: "Gone.", traceId: "0123456789abcdef" } } },
    health: { status: 200 },
    onSocket: undefined,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return service;
}

const WAITING = {
  result: "waiting",
  space: { name: "Stand-in", callId: "123456789" },
  participant: { identity: "guest-1", name: "Guest" },
  token: "e30.e30.e30",
  why: "locked",
  traceId: "0123456789abcdef",
};

const admission = (relays: readonly string[]) => ({
  result: "admitted",
  space: { name: "Stand-in", callId: "123456789" },
  participant: { identity: "guest-1", name: "Guest" },
  token: "e30.e30.e30",
  iceServers: relays.length > 0 ? [{ urls: relays, username: "1:guest:1", credential: "wrong" }] : [],
  traceId: "0123456789abcdef",
});

async function serve(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/api/join") {
    const chunks = await request.toArray();
    const body = JSON.parse(Buffer.concat(chunks).toString());
    service.asked.push({ body, trace: String(request.headers["x-turnpike-trace"]) });
    if (service.join === "admitted") send(response, { status: 200, body: admission(service.relays) });
    else if (service.join === "waiting") send(response, { status: 200, body: WAITING });
    else if (service.join !== "silent") send(response, service.join);
  } else if (pathname === "/api/lobby") send(response, service.lobby);
  else if (pathname === "/api/health") send(response, service.health);
  else if (pathname.startsWith("/rtc")) send(response, { status: 502 });
  else sendFile(response, pathname);
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body ?? {}));
}

function sendFile(response: ServerResponse, path: string): void {
  const isPage = path === "/" || path.startsWith("/meeting/");
  const file = join(BUILT, isPage ? "index.html" : path);
  if (!file.startsWith(BUILT) || !existsSync(file)) return void response.writeHead(404).end();
  response.setHeader("content-security-policy", POLICY);
  response.setHeader("content-type", TYPES[extname(file)] ?? "text/html; charset=utf-8");
  response.end(readFileSync(file));
}

/** The offer that livekit-client sends along with its join, in the socket's address. */
function offerOf(request: IncomingMessage): string {
  const packed = new URL(request.url ?? "/", "http://localhost").searchParams.get("join_request") ?? "";
  const wrapped = WrappedJoinRequest.fromBinary(Buffer.from(packed, "base64url"));
  const isPacked = wrapped.compression === WrappedJoinRequest_Compression.GZIP;
  const joinRequest = JoinRequest.fromBinary(isPacked ? gunzipSync(wrapped.joinRequest) : wrapped.joinRequest);
  return joinRequest.publisherOffer?.sdp ?? "";
}

/** Lets the client into a room of one, whose media answer is this. */
export function admit(socket: WebSocket, answer: string): void {
  const tell = (message: unknown) =>
    socket.send(new SignalResponse({ message } as ConstructorParameters<typeof SignalResponse>[0]).toBinary());
  const participant = {
    sid: "PA_1",
    identity: "guest-1",
    name: "Guest",
    permission: { canPublish: true, canSubscribe: true },
  };
  tell({
    case: "join",
    value: {
      room: { sid: "RM_1", name: "stand-in" },
      participant,
      serverInfo: { version: "1.9.0", protocol: 16 },
      pingTimeout: 15,
      pingInterval: 5,
    },
  });
  tell({ case: "answer", value: { type: "answer", sdp: answer, id: 1 } });
}

/** A TURN server that answers every request with 401 Unauthorized (RFC 8489 14.8). Resolves with its address. */
export async function refusingRelay(): Promise<AsyncDisposable & { readonly url: string }> {
  const socket = createSocket("udp4");
  socket.on("message", (request, from) => {
    const isRequest = request.length >= 20 && (request.readUInt16BE(0) & 0x0110) === 0;
    if (!isRequest) return;
    const attributes = Buffer.concat([
      attribute(0x0009, Buffer.concat([Buffer.from([0, 0, 4, 1]), Buffer.from("Unauthorized")])),
      attribute(0x0014, Buffer.from("test")),
      attribute(0x0015, Buffer.from("nonce")),
    ]);
    const head = Buffer.from(request.subarray(0, 20));
    head.writeUInt16BE(request.readUInt16BE(0) | 0x0110, 0);
    head.writeUInt16BE(attributes.length, 2);
    socket.send(Buffer.concat([head, attributes]), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    url: `turn:127.0.0.1:${socket.address().port}?transport=udp`,
    [Symbol.asyncDispose]: async () => void socket.close(),
  };
}

function attribute(type: number, value: Buffer): Buffer {
  const padded = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  padded.writeUInt16BE(type, 0);
  padded.writeUInt16BE(value.length, 2);
  value.copy(padded, 4);
  return padded;
}
