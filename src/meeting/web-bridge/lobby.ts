import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { controlAction } from "#bridge-link";
import type { WebBridgeContext } from "./context.ts";
import { badField, refuse, sendJoinAnswer } from "./join.ts";

const lobbyBody = z.object({ token: z.string().min(1).max(8192) });
const controlBody = z.object({ token: z.string().min(1).max(8192), action: controlAction });

/** `POST /api/lobby` {token}: answers like a join, after at most 25 s; asked again for as long as it says "waiting". */
export function serveLobby(app: FastifyInstance, context: WebBridgeContext): void {
  app.post("/api/lobby", async (request, reply) => {
    const origin = context.originOf(request.raw);
    const log = context.log.with({ traceId: origin.traceId, address: origin.address, via: origin.via });
    const body = lobbyBody.safeParse(request.body);
    if (!body.success) return refuse(reply, badField("token", origin), log);
    return sendJoinAnswer(reply, await context.callBridge().lobby(body.data.token, origin), log);
  });
}

/** `POST /api/control` {token, action: {do, participant?}}: {done: true}, or {error}. */
export function serveControl(app: FastifyInstance, context: WebBridgeContext): void {
  app.post("/api/control", async (request, reply) => {
    const origin = context.originOf(request.raw);
    const log = context.log.with({ traceId: origin.traceId, address: origin.address, via: origin.via });
    const body = controlBody.safeParse(request.body);
    if (!body.success) return refuse(reply, badField(String(body.error.issues[0]?.path[0] ?? "body"), origin), log);
    const answer = await context.callBridge().control(body.data.token, body.data.action, origin);
    if (!answer.done) return refuse(reply, answer.error, log);
    return reply.header("cache-control", "no-store").send(answer);
  });
}
