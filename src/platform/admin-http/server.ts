import { readFileSync } from "node:fs";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import fastify, { type FastifyReply } from "fastify";
import { formatAddress, type Log, type Scope, type TransportAddress, type TurnpikeError } from "#base";
import { Accounts } from "./accounts.ts";
import type { AdminConfig } from "./config.ts";
import { fail, failureOf } from "./errors.ts";
import { type AdminSources, adminRoutes } from "./routes.ts";

/**
 * The administration of a role: HTTPS on its own port with HTTP Basic. A source address has 60 requests a minute, so
 * that passwords cannot be guessed and the costly hash cannot be made to run all day.
 */
export async function startAdminServer(
  scope: Scope,
  config: AdminConfig,
  sources: AdminSources,
  log: Log,
): Promise<TransportAddress> {
  const accounts = await Accounts.open(config.users);
  const names = new WeakMap<object, string>();
  const server = fastify({
    https: { cert: readFileSync(config.certificate), key: readFileSync(config.key), minVersion: "TLSv1.2" },
    bodyLimit: 16 * 1024,
  });
  scope.defer(() => server.close());
  await server.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"] } },
  });
  await server.register(rateLimit, { global: false });
  const limit = server.createRateLimit({ max: 60, timeWindow: 60_000 });
  server.addHook("onRequest", async (request, reply) => {
    const spent = await limit(request);
    if (!spent.isAllowed && spent.isExceeded) {
      reply.header("Retry-After", spent.ttlInSeconds);
      return refuse(reply, fail("ADMIN_TOO_MANY_REQUESTS", { from: request.ip, seconds: spent.ttlInSeconds }));
    }
    const name = await accounts.check(request.headers.authorization);
    if (name !== undefined) {
      names.set(request, name);
      return;
    }
    if (request.headers.authorization) log.warn("sign-in to the administration refused", { from: request.ip });
    reply.header("WWW-Authenticate", 'Basic realm="Turnpike", charset="UTF-8"');
    return refuse(reply, fail("ADMIN_SIGN_IN"));
  });
  await server.register(adminRoutes(sources, log, (request) => names.get(request) ?? "unknown"));
  await server.listen({ host: config.listen.address, port: config.listen.port });
  const { port } = server.server.address() as { port: number };
  log.info("administration listens", { where: formatAddress({ address: config.listen.address, port }) });
  return { address: config.listen.address, port };
}

function refuse(reply: FastifyReply, error: TurnpikeError): FastifyReply {
  const { status, body } = failureOf(error);
  return reply.code(status).send(body);
}
