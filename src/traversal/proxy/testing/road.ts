import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage, RequestListener } from "node:http";
import { createServer, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type TLSSocket, connect as tlsConnect } from "node:tls";
import { type WebSocket, WebSocketServer } from "ws";
import { type LogLine, memoryLog, Scope } from "#base";
import { createAuthority, createSshKey, issueServer } from "#certificates";
import { parseTunnelKey, startCoreEnd, startEdgeEnd } from "#tunnel";
import { until } from "#until";
import { startCoreProxy } from "../core-proxy.ts";
import { type EdgeProxyOptions, startEdgeProxy } from "../edge-proxy.ts";
import type { TurnFront } from "../front/shared-port.ts";
import type { ProxyLimits } from "../limits.ts";
import { Protection } from "../protection/protection.ts";

/** The road of a request on loopback: edge, tunnel, core and a web server inside, each as in a deployment. */
export const HOST = "join.example.com";
const HERE = { address: "127.0.0.1", port: 0 };
const FAST = { firstRetryMs: 50, lastRetryMs: 100 };
const authority = await createAuthority("road test");
const certificate = await issueServer(authority, { names: [HOST] });
const TLS = { cert: certificate.certificate, key: certificate.key };
const [hostKey, coreKey] = [createSshKey("edge"), createSshKey("core")];
export const ca = authority.certificate;
export const issue = () => issueServer(authority, { names: [HOST] });

export interface RoadOptions {
  readonly inside?: RequestListener;
  readonly limits?: Partial<ProxyLimits>;
  readonly edgeOnly?: boolean;
  readonly turn?: TurnFront;
  /** More of the edge's. Without a `protection` nobody is blocked, as a test fails on purpose. */
  readonly edge?: Partial<EdgeProxyOptions>;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export async function road(options: RoadOptions = {}) {
  const scope = new Scope();
  const [edgeLines, coreLines]: [LogLine[], LogLine[]] = [[], []];
  const inside = await webServer(scope, options.inside ?? ((_request, response) => response.end("inside")));
  const edgeEnd = await startEdgeEnd(scope, {
    listen: HERE,
    hostKey: parseTunnelKey("test", hostKey.privateKey),
    authorizedKeys: [parseTunnelKey("test", coreKey.publicKey)],
    joinHosts: [HOST],
    log: memoryLog(edgeLines),
    limits: FAST,
  });
  const edge = await startEdgeProxy(scope, {
    listen: HERE,
    redirectListen: HERE,
    ...certificate,
    joinHosts: [HOST],
    openChannel: (host) => edgeEnd.openChannel(host),
    turn: options.turn,
    log: memoryLog(edgeLines),
    protection: new Protection({ mode: "off" }),
    ...(options.limits ? { limits: options.limits } : {}),
    ...options.edge,
  });
  const startCore = () => core(scope, edgeEnd.address.port, inside.port, coreLines, options.limits);
  const first = options.edgeOnly ? undefined : await startCore();
  if (first) await until(() => edgeEnd.status().domains[0]!.connections.length === 2, "the tunnel is up");
  return { scope, edge, edgeEnd, core: first, startCore, inside, edgeLines, coreLines, port: edge.address.port };
}

export type Road = Awaited<ReturnType<typeof road>>;

function core(owner: Scope, edgePort: number, insidePort: number, lines: LogLine[], limits: Partial<ProxyLimits> = {}) {
  const scope = owner.child();
  const log = memoryLog(lines);
  const proxy = startCoreProxy(scope, {
    joinHosts: [
      {
        host: HOST,
        target: { address: "127.0.0.1", port: insidePort },
        trust: { kind: "authorities", certificates: [authority.certificate] },
      },
    ],
    log,
    limits,
    times: { probeFailedMs: 50, probeActiveMs: 200 },
  });
  const end = startCoreEnd(scope, {
    edges: [{ address: { address: "127.0.0.1", port: edgePort }, hostKey: parseTunnelKey("test", hostKey.publicKey) }],
    identity: parseTunnelKey("test", coreKey.privateKey),
    joinHosts: [HOST],
    connectionsPerEdge: 2,
    onChannel: proxy.accept,
    log,
    limits: FAST,
  });
  return { scope, proxy, end };
}

/** A Web Bridge's stand-in: HTTPS, a health page, and an echo on every WebSocket. */
async function webServer(scope: Scope, answer: RequestListener) {
  const upgrades: IncomingMessage[] = [];
  const requests: IncomingMessage[] = [];
  const server: Server = createServer({ ...TLS, maxHeaderSize: 64 * 1024 }, (message, response) => {
    if (message.url === "/api/health") return void response.end("{}");
    requests.push(message);
    answer(message, response);
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (message: IncomingMessage, socket, head) => {
    upgrades.push(message);
    if (message.url === "/refused") return void socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
    sockets.handleUpgrade(message, socket, head, (webSocket: WebSocket) => {
      webSocket.on("message", (data, binary) => webSocket.send(data, { binary }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    server.close();
  };
  scope.defer(stop);
  return { server, stop, requests, upgrades, port: (server.address() as AddressInfo).port };
}

export interface Asking {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: Buffer | string;
  readonly servername?: string;
}

const ASK_MS = 20_000;

/** One request of a guest to the edge, on a connection of its own. */
export async function ask({ port }: { port: number }, asking: Asking = {}): Promise<Answered> {
  const message = request({
    host: "127.0.0.1",
    port,
    ca,
    servername: asking.servername ?? HOST,
    agent: false,
    method: asking.method ?? "GET",
    path: asking.path ?? "/",
    headers: { host: HOST, ...asking.headers },
    signal: AbortSignal.timeout(ASK_MS),
  });
  // After the response has begun its errors come a second time here.
  message.on("error", () => {});
  message.end(asking.body);
  const [response] = (await once(message, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() };
}

/** Sends bytes as they are inside TLS and returns what comes back until the edge closes, or until `enough` matches. */
export async function raw({ port }: { port: number }, bytes: string, enough?: RegExp): Promise<string> {
  const socket = await tls(port);
  socket.write(Buffer.from(bytes, "latin1"));
  return heard(socket, enough);
}

export async function tls(port: number, servername = HOST): Promise<TLSSocket> {
  const socket = tlsConnect({ host: "127.0.0.1", port, ca, servername, checkServerIdentity: () => undefined });
  await once(socket, "secureConnect");
  return socket;
}

export function heard(socket: TLSSocket, enough?: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const done = () => {
      socket.destroy();
      resolve(text);
    };
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (enough?.test(text)) done();
    });
    socket.on("error", done);
    socket.on("close", done);
  });
}
