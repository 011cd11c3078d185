import type { AddressInfo } from "node:net";
import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { formatAddress, type Log, type Scope, type TransportAddress, TurnpikeError, textOf } from "#base";
import { acceptBridgeLinks, type Trust } from "#bridge-link";
import { loadPair, type Pair } from "#certificates";
import { serveApp } from "./app-files.ts";
import type { WebBridgeConfig } from "./config.ts";
import { type WebBridgeContext, webBridgeContext } from "./context.ts";
import { fail } from "./errors.ts";
import { guestError, rateLimited, statusOf } from "./guest-error.ts";
import { badBody, serveJoin } from "./join.ts";
import { serveControl, serveLobby } from "./lobby.ts";
import { servePortal } from "./portal.ts";
import { addSecurityHeaders } from "./security-headers.ts";
import { serveSignalling } from "./signalling.ts";
import { serveValidate } from "./validate.ts";

export interface WebBridge {
  /** Where browsers and cores connect; the port that was bound if the configuration says 0. */
  readonly address: TransportAddress;
  /** Where Call Bridges dial. */
  readonly linkAddress: TransportAddress;
  /** Bridge links that are up. */
  links(): number;
}

export interface WebBridgeOptions {
  readonly config: WebBridgeConfig;
  /** Link certificates of the Call Bridges that may connect: `config.link.trust`, opened. */
  readonly trust: Trust;
  readonly log: Log;
}

/** Bytes of a request's body. */
const MAX_BODY = 16_384;
/** LiveKit clients put an SDP offer into the address of their WebSocket. */
const MAX_HEADERS = 65_536;
const REQUEST_TIMEOUT_MS = 15_000;
/** Requests to the API in a minute from one address, behind which a whole company may be. */
const API_RATE = { max: 300, timeWindow: 60_000 };

/** Serves the meeting app, the join API and signalling until the scope closes. Rejects with a TurnpikeError. */
export async function startWebBridge(scope: Scope, { config, trust, log }: WebBridgeOptions): Promise<WebBridge> {
  const pair = loadPair(config.certificate, config.key);
  const links = await acceptBridgeLinks(scope, {
    listen: config.link.listen,
    ...loadPair(config.link.certificate, config.link.key),
    trust,
    log,
  });
  const context = webBridgeContext(log, links, config.trustedProxies);
  const app = httpsApp(pair);
  scope.defer(() => app.close());
  await addRoutes(app, context, config.app);
  const address = await open(app, config.listen);
  serveSignalling(scope, app.server, context);
  log.info("web bridge listening", { listen: formatAddress(address), link: formatAddress(links.address) });
  return { address, linkAddress: links.address, links: () => links.count };
}

function httpsApp({ certificate: cert, key }: Pair): FastifyInstance {
  const app = fastify({
    https: { cert, key, minVersion: "TLSv1.2", ALPNProtocols: ["http/1.1"], maxHeaderSize: MAX_HEADERS },
    logger: false,
    bodyLimit: MAX_BODY,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
  });
  return app as unknown as FastifyInstance;
}

async function addRoutes(app: FastifyInstance, context: WebBridgeContext, folder: string | undefined): Promise<void> {
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, context));
  app.setNotFoundHandler((request, reply) => {
    const { traceId } = context.originOf(request.raw);
    return reply.code(404).send({ error: guestError(fail("WEB_BRIDGE_NOT_FOUND"), traceId) });
  });
  await addSecurityHeaders(app, context.joinHostOf);
  await serveApp(app, folder, context.log);
  await app.register(cookie);
  await app.register(async (api) => {
    await api.register(rateLimit, {
      ...API_RATE,
      keyGenerator: (request) => context.originOf(request.raw).address,
      errorResponseBuilder: (_request, { ttl }) => ({ statusCode: 429, retryAfter: Math.ceil(ttl / 1000) }),
    });
    serveJoin(api, context);
    serveLobby(api, context);
    serveControl(api, context);
    servePortal(api, context);
    serveValidate(api, context);
  });
  app.get("/api/health", async (_request, reply) =>
    reply.header("cache-control", "no-store").send({ webBridge: "ok", bridgeLinks: context.links() }),
  );
}

async function open(app: FastifyInstance, where: TransportAddress): Promise<TransportAddress> {
  try {
    await app.listen({ host: where.address, port: where.port });
    const { address, port } = app.server.address() as AddressInfo;
    return { address, port };
  } catch (error) {
    throw fail("WEB_BRIDGE_CANNOT_LISTEN", { where: formatAddress(where), why: textOf(error) }, error);
  }
}

interface Failure extends FastifyError {
  /** Seconds, from the rate limit. */
  readonly retryAfter?: number;
}

function answerError(error: Failure, request: FastifyRequest, reply: FastifyReply, context: WebBridgeContext) {
  const { traceId, address } = context.originOf(request.raw);
  if (error.statusCode === 429) {
    context.log.warn("request rate limited", { traceId, address });
    const seconds = error.retryAfter ?? 60;
    return reply
      .code(429)
      .header("retry-after", String(seconds))
      .send({ error: rateLimited(seconds, traceId) });
  }
  if (error.statusCode !== undefined && error.statusCode < 500) return badBody(request, reply, context, textOf(error));
  const code = error instanceof TurnpikeError ? error.code : "WEB_BRIDGE_FAILED";
  context.log.error("request failed", { traceId, address, code, why: textOf(error) });
  const told = guestError(error, traceId);
  return reply.code(statusOf(told.code)).send({ error: told });
}
