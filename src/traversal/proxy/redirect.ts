import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Socket } from "node:net";
import { parseHostPort, type Scope, type TransportAddress } from "#base";
import { listen, noTap, type SocketTap } from "#listeners";
import type { Door } from "./front/door.ts";
import { answerParserErrors } from "./front/parser-errors.ts";
import type { Live } from "./live.ts";
import { serverOfStreams } from "./server.ts";

export interface RedirectOptions {
  readonly listen: TransportAddress;
  /** Where the HTTPS listener is; 443 is left out of the address. */
  readonly httpsPort: number;
  readonly live: Live;
  readonly door: Door;
  /** The answer to a challenge that the edge itself has asked for. */
  readonly acme?: ((token: string) => string | undefined) | undefined;
  readonly tap?: SocketTap | undefined;
}

/** RFC 8555 8.3: where an ACME server looks, and the token's letters. */
const CHALLENGE = /^\/\.well-known\/acme-challenge\/([A-Za-z0-9_-]{1,256})$/;
const CHALLENGES = "/.well-known/acme-challenge/";

/** Plain HTTP: sends browsers to the same address over HTTPS, answers ACME's challenges, and nothing else; one answer each. */
export async function startRedirect(scope: Scope, options: RedirectOptions): Promise<TransportAddress> {
  const { door, live, tap = noTap } = options;
  const server = serverOfStreams(live.limits);
  answerParserErrors(scope, server, (socket) => door.of(socket as Socket));
  server.on("request", (request, response) => answer(options, request, response));
  // Nobody honest asks this port for either; without a listener Node would close them without a word as well.
  for (const event of ["connect", "upgrade"]) server.on(event, (_request, socket) => socket.destroy());
  const listener = createServer({ noDelay: true }, (accepted) => {
    const socket = tap.wrap(accepted);
    door.take(socket, () => void server.emit("connection", socket));
  });
  listener.maxConnections = live.limits.connections;
  scope.defer(() => void server.close());
  return listen(scope, listener, options.listen);
}

function answer(options: RedirectOptions, request: IncomingMessage, response: ServerResponse): void {
  const challenge = challengeFor(options, request);
  const location = locationOf(options, request);
  response.setHeader("connection", "close");
  if (challenge !== undefined) {
    response.writeHead(200, { "content-type": "application/octet-stream", "content-length": challenge.length });
    response.end(challenge);
  } else if (location !== undefined) response.writeHead(308, { location }).end();
  else response.writeHead(404).end();
}

function challengeFor({ acme }: RedirectOptions, { method, url = "" }: IncomingMessage): string | undefined {
  const token = method === "GET" || method === "HEAD" ? CHALLENGE.exec(url)?.[1] : undefined;
  return token === undefined ? undefined : acme?.(token);
}

/** Nowhere for a host that nobody serves; and a challenge that nobody asked for is not to be looked for elsewhere. */
function locationOf({ live, httpsPort }: RedirectOptions, { headers, url = "" }: IncomingMessage): string | undefined {
  const host = parseHostPort(headers.host ?? "", 80)?.address.toLowerCase() ?? "";
  if (!live.joinHosts.includes(host) || url.startsWith(CHALLENGES)) return undefined;
  const name = host.includes(":") ? `[${host}]` : host;
  const path = /^\/[\x21-\x7e]*$/.test(url) ? url : "/";
  return `https://${name}${httpsPort === 443 ? "" : `:${httpsPort}`}${path}`;
}
