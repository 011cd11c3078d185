import type { FastifyInstance, FastifyRequest } from "fastify";
import type { PortalRequest } from "#bridge-link";
import type { WebBridgeContext } from "./context.ts";
import { keepSession, sessionOf } from "./session.ts";

const METHODS = ["GET", "POST", "PUT", "DELETE"] as const;
/** Bytes of a request's body: the longest is a space with its invitation's texts. */
const MAX_BODY = 65_536;
const MAX_PARAMETERS = 50;

/** Everything else under /api is for the Call Bridge: sign-in of users and their own spaces. It says 404 to the rest. */
export function servePortal(app: FastifyInstance, context: WebBridgeContext): void {
  app.route({
    method: [...METHODS],
    url: "/api/*",
    bodyLimit: MAX_BODY,
    handler: async (request, reply) => {
      const origin = context.originOf(request.raw);
      const answer = await context.callBridge().portal(portalRequest(request), origin);
      const { method, url } = request.routeOptions;
      const fields = { traceId: origin.traceId, address: origin.address, method, url, status: answer.status };
      context.log.info("portal request", fields);
      keepSession(reply, answer.session);
      if (answer.location !== undefined) reply.header("location", answer.location);
      reply.code(answer.status).header("cache-control", "no-store");
      return answer.body === undefined ? reply.send() : reply.send(answer.body);
    },
  });
}

function portalRequest(request: FastifyRequest): PortalRequest {
  const url = URL.parse(request.url, "https://web-bridge");
  const session = sessionOf(request);
  return {
    method: request.method as PortalRequest["method"],
    path: (url?.pathname ?? "/api").slice("/api".length) || "/",
    query: Object.fromEntries([...(url?.searchParams ?? [])].slice(0, MAX_PARAMETERS)),
    ...(session === undefined ? {} : { session }),
    ...(request.body === undefined || request.body === null ? {} : { body: request.body }),
  };
}
