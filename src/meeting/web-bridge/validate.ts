import type { FastifyInstance } from "fastify";
import { textOf } from "#base";
import type { WebBridgeContext } from "./context.ts";
import { SIGNALLING_PATH, tokenOf } from "./signalling.ts";

/**
 * `GET /rtc/v1/validate`: LiveKit clients ask here why their WebSocket was refused. Their page may be of another origin;
 * the answer holds nothing but a sentence, and no cookies exist.
 */
export function serveValidate(app: FastifyInstance, context: WebBridgeContext): void {
  const url = `${SIGNALLING_PATH}/validate`;
  app.options(url, async (_request, reply) =>
    reply
      .code(204)
      .headers({ ...CORS, "access-control-allow-headers": "authorization", "access-control-max-age": "600" })
      .send(),
  );
  app.get(url, async (request, reply) => {
    reply.headers(CORS).type("text/plain");
    const token = tokenOf(request.raw);
    if (token === undefined) return reply.code(401).send("no access token");
    try {
      const { status, text } = await context.callBridge().validateToken(token);
      return reply.code(status).send(text);
    } catch (error) {
      context.log.warn("token could not be validated", { why: textOf(error) });
      return reply.code(503).send("no Call Bridge is connected");
    }
  });
}

const CORS = { "access-control-allow-origin": "*", "cache-control": "no-store" };
