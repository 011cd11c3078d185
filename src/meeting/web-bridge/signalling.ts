import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { Scope, textOf } from "#base";
import type { SignallingRequest } from "#bridge-link";
import { ClientSocket } from "./client-socket.ts";
import type { WebBridgeContext } from "./context.ts";

/** LiveKit's own path for protocol v1; there is no other. */
export const SIGNALLING_PATH = "/rtc/v1";
/** Bytes of one message from a client: an SDP offer has some tens of thousands. */
const MAX_MESSAGE = 1_048_576;
const MAX_SOCKETS = 5000;
const MAX_PARAMETERS = 50;
const END_GRACE_MS = 1000;

/** Carries the WebSockets of LiveKit clients to a Call Bridge. */
export function serveSignalling(scope: Scope, server: Server, context: WebBridgeContext): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });
  scope.defer(() => endAll(sockets));
  scope.on(server, "upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // The socket may fail before anyone else looks after it.
    socket.on("error", () => {});
    const refusal = sockets.clients.size < MAX_SOCKETS ? problemOf(request, context) : REFUSALS.busy;
    if (refusal) refuse(socket, refusal);
    else sockets.handleUpgrade(request, socket, head, (client) => open(scope, client, request, context));
  });
}

function open(scope: Scope, client: WebSocket, request: IncomingMessage, context: WebBridgeContext): void {
  const origin = context.originOf(request);
  const log = context.log.with({ traceId: origin.traceId, address: origin.address, via: origin.via });
  const stream = new ClientSocket(scope, client, (code, reason) => log.info("signalling closed", { code, reason }));
  try {
    context.callBridge().openSignalling(signallingRequest(request), origin, stream);
    log.info("signalling opened");
  } catch (error) {
    log.warn("signalling refused", { why: textOf(error) });
    stream.close(1013, "no Call Bridge is connected");
  }
}

/** Every client has been told by then; the last words need a moment to leave. */
async function endAll(sockets: WebSocketServer): Promise<void> {
  await using grace = new Scope();
  for (let waited = 0; sockets.clients.size > 0 && waited < END_GRACE_MS; waited += 50) await grace.sleep(50);
  for (const client of sockets.clients) client.terminate();
}

interface Refusal {
  readonly status: string;
  readonly text: string;
}

const REFUSALS = {
  notFound: { status: "404 Not Found", text: "not found" },
  origin: { status: "403 Forbidden", text: "a page of another site may not connect here" },
  token: { status: "401 Unauthorized", text: "no access token" },
  down: { status: "503 Service Unavailable", text: "no Call Bridge is connected" },
  busy: { status: "503 Service Unavailable", text: "too many connections" },
} as const satisfies Record<string, Refusal>;

function problemOf(request: IncomingMessage, context: WebBridgeContext): Refusal | undefined {
  const url = urlOf(request);
  if (url?.pathname !== SIGNALLING_PATH) return REFUSALS.notFound;
  if (!sameSite(request, context)) return REFUSALS.origin;
  if (tokenOf(request, url) === undefined) return REFUSALS.token;
  if (context.links() === 0) return REFUSALS.down;
  return undefined;
}

/**
 * A browser names the page's origin: another site's page must not connect here (RFC 6455 10.2). Ports are left out: an
 * outer firewall may have changed the one that the browser knows.
 */
function sameSite(request: IncomingMessage, context: WebBridgeContext): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return true;
  const page = URL.parse(origin);
  const own = URL.parse(`https://${context.joinHostOf(request)}`);
  return page?.protocol === "https:" && page.hostname === own?.hostname;
}

function signallingRequest(request: IncomingMessage): SignallingRequest {
  const url = urlOf(request)!;
  const pairs = [...url.searchParams].filter(([name]) => name !== "access_token").slice(0, MAX_PARAMETERS);
  return { token: tokenOf(request, url)!, query: Object.fromEntries(pairs) };
}

/** LiveKit clients send the token in the query (browsers) or as a bearer (others). */
export function tokenOf(request: IncomingMessage, url = urlOf(request)): string | undefined {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const token = url?.searchParams.get("access_token") || bearer;
  return token && token.length <= 8192 ? token : undefined;
}

function urlOf(request: IncomingMessage): URL | undefined {
  return URL.parse(request.url ?? "", "https://web-bridge") ?? undefined;
}

function refuse(socket: Duplex, { status, text }: Refusal): void {
  const head = `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`, () => socket.destroy());
}
