import { readFileSync } from "node:fs";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import fastify from "fastify";
import { formatAddress, type Log, type Scope, type TransportAddress } from "#base";
import { Accounts } from "./accounts.ts";
import type { AdminConfig } from "./config.ts";
import { type StatusPage, statusHtml } from "./page.ts";

/** What a role shows its administrator; called anew for each request. */
export type StatusSource = () => StatusPage;

/**
 * The administration of a role: HTTPS on its own port, HTTP Basic, `GET /` the status page and `GET /api/status` the
 * same as JSON. A source address has 60 requests a minute, so that passwords cannot be guessed and the costly hash
 * cannot be made to run all day.
 */
export async function startAdminServer(
  scope: Scope,
  config: AdminConfig,
  status: StatusSource,
  log: Log,
): Promise<TransportAddress> {
  const accounts = await Accounts.open(config.users);
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
    if (!spent.isAllowed && spent.isExceeded)
      return reply.code(429).header("Retry-After", spent.ttlInSeconds).send({ error: "too many requests" });
    if (await accounts.check(request.headers.authorization)) return;
    if (request.headers.authorization) log.warn("sign-in to the administration refused", { from: request.ip });
    return reply
      .code(401)
      .header("WWW-Authenticate", 'Basic realm="Turnpike", charset="UTF-8"')
      .send({ error: "sign in as an administrator" });
  });
  server.get("/", async (_request, reply) => reply.type("text/html; charset=utf-8").send(statusHtml(status())));
  server.get("/api/status", async () => status());
  await server.listen({ host: config.listen.address, port: config.listen.port });
  const { port } = server.server.address() as { port: number };
  log.info("administration listens", { where: formatAddress({ address: config.listen.address, port }) });
  return { address: config.listen.address, port };
}
