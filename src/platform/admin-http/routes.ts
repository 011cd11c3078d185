import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { z } from "zod";
import { type Log, TurnpikeError, textOf } from "#base";
import type { MetricsPage } from "#metrics";
import { fail, failureOf, notFound } from "./errors.ts";
import { type StatusPage, statusHtml } from "./page.ts";

/** One thing that an administrator can ask of a role: the same over HTTPS and over the control socket. */
export interface AdminRoute {
  /** POST if it changes something. */
  readonly method: "GET" | "POST";
  /** "/api/turn/relays/:id" */
  readonly path: string;
  /** What it gives becomes the JSON answer; a TurnpikeError becomes `{ error: { code, kind, message, remedy } }`. */
  run(call: AdminCall): unknown;
}

export interface AdminCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Of a POST, whatever JSON it is; read it with `readBody`. */
  readonly body: unknown;
}

/** What a role shows its administrator; called anew for each request. */
export type StatusSource = () => StatusPage | Promise<StatusPage>;

/** What a role gives to its two doors. */
export interface AdminSources {
  /** `GET /` as a page and `GET /api/status` as JSON. */
  readonly page?: StatusSource;
  readonly routes?: readonly AdminRoute[];
  /** `GET /metrics` */
  readonly metrics?: MetricsPage;
}

/** A POST's body by its schema; ADMIN_BAD_REQUEST names the field that is wrong. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw fail("ADMIN_BAD_REQUEST", { why: path.length ? `\`${path.join(".")}\`: ${message}` : message });
}

/** The routes as a plugin of either server. `who` names the administrator, for the log of what was changed. */
export function adminRoutes(
  { page, routes = [], metrics }: AdminSources,
  log: Log,
  who: (request: FastifyRequest) => string,
): FastifyPluginAsync {
  return async (server) => {
    server.setErrorHandler((error, _request, reply) => refuse(reply, error, log));
    server.setNotFoundHandler((request, reply) =>
      refuse(reply, notFound(`${request.method} ${pathOf(request)}`, "see docs/protocol/administration.md"), log),
    );
    server.addHook("onRequest", async (request) => checkOrigin(request));
    if (page) {
      server.get("/", async (_request, reply) => reply.type("text/html; charset=utf-8").send(statusHtml(await page())));
      server.get("/api/status", () => page());
    }
    if (metrics)
      server.get("/metrics", async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
    for (const route of routes)
      server.route({
        method: route.method,
        url: route.path,
        handler: async (request) => {
          if (route.method !== "GET") log.info("administrator asked", { what: pathOf(request), by: who(request) });
          return (await route.run(callOf(request))) ?? {};
        },
      });
  };
}

function callOf({ params, query, body }: FastifyRequest): AdminCall {
  return { params: params as AdminCall["params"], query: query as AdminCall["query"], body };
}

function pathOf(request: FastifyRequest): string {
  return request.url.replace(/\?.*/s, "");
}

/**
 * A page of another site can make the browser send its stored Basic credentials along, but not with a JSON content type
 * unless we allowed it in a preflight (Fetch 3.2.2), and browsers say where the request comes from.
 */
function checkOrigin({ method, headers }: FastifyRequest): void {
  if (method === "GET" || method === "HEAD") return;
  const site = headers["sec-fetch-site"] ?? "none";
  const json = /^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "");
  if (!json || (site !== "none" && site !== "same-origin")) throw fail("ADMIN_NOT_JSON");
}

function refuse(reply: FastifyReply, thrown: unknown, log: Log): FastifyReply {
  const { status, body } = failureOf(named(thrown, log));
  return reply.code(status).send(body);
}

/** Fastify's own refusals carry a 4xx status; all else is our mistake, and its text is for the log only. */
function named(thrown: unknown, log: Log): TurnpikeError {
  if (thrown instanceof TurnpikeError) return thrown;
  const status = (thrown as { statusCode?: unknown }).statusCode;
  if (typeof status === "number" && status < 500) return fail("ADMIN_BAD_REQUEST", { why: textOf(thrown) });
  log.error("administration failed to answer", { why: textOf(thrown) });
  return fail("ADMIN_FAILED");
}
