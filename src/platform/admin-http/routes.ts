import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { type Log, type Scope, TurnpikeError, textOf } from "#base";
import type { MetricsPage } from "#metrics";
import type { AuditEntry, AuditTrail } from "./audit.ts";
import type { Administrator, AdminPlugin, AdminRole } from "./contract.ts";
import { type Download, sendDownload } from "./download.ts";
import { fail, failureOf, LimitError, notFound } from "./errors.ts";
import { type StreamEvent, Streams } from "./streams.ts";

/** read: every role. change: not read-only. accounts: admin alone. */
export type Needs = "read" | "change" | "accounts";

/** One thing that an administrator can ask of a role: the same over HTTPS and over the control socket. */
export type AdminRoute = AnswerRoute | StreamRoute | DownloadRoute;

interface AnswerRoute {
  /** Not GET if it changes something. */
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** "/api/turn/relays/:id" */
  readonly path: string;
  /** "read" for GET and "change" for the others, if left out. */
  readonly needs?: Needs;
  /** Of the body, if 16 KiB are too few. */
  readonly maxBodyBytes?: number;
  /** What it gives becomes the JSON answer; a TurnpikeError becomes `{ error: { code, kind, message, remedy } }`. */
  run(call: AdminCall): unknown;
  readonly stream?: undefined;
  readonly download?: undefined;
}

/** Answers with server-sent events. */
interface StreamRoute {
  readonly method: "GET";
  readonly path: string;
  readonly needs?: Needs;
  readonly run?: undefined;
  readonly download?: undefined;
  /** Must end when the signal is aborted: the reader is gone, or signed out. What it throws before its first event is the answer. */
  stream(call: AdminCall, signal: AbortSignal): AsyncIterable<StreamEvent>;
}

/** Answers with a file, which the browser saves. */
interface DownloadRoute {
  readonly method: "GET";
  readonly path: string;
  readonly needs?: Needs;
  readonly run?: undefined;
  readonly stream?: undefined;
  download(call: AdminCall): Promise<Download>;
}

export interface AdminCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Of a POST, PUT or DELETE, whatever JSON it is; read it with `readBody`. */
  readonly body: unknown;
  /** Who asks. */
  readonly by: Administrator;
  /** IP address, or "local". */
  readonly from: string;
  /** Of a stream that comes again: the id of the last event it has seen. */
  readonly lastEventId: string | undefined;
}

/** What a role gives to its two doors. */
export interface AdminSources {
  readonly routes?: readonly AdminRoute[];
  /** `GET /metrics` */
  readonly metrics?: MetricsPage;
  /**
   * Codes of what keeps the role from its work; none if it is ready. `GET /ready` answers 200 or 503 with them, and
   * `GET /live` that the process answers, both without a password: they are for balancers and watchdogs.
   */
  readonly notReady?: () => readonly string[] | Promise<readonly string[]>;
  /** HTTPS only. */
  readonly plugins?: readonly AdminPlugin[];
  /** The built pages, HTTPS only. */
  readonly app?: { readonly folder: string };
  /** `GET /api/audit`. Without one the HTTPS door opens its own. */
  readonly audit?: AuditTrail;
}

/** Who asks through a door. */
export interface Asker {
  readonly administrator: Administrator;
  readonly from: string;
  readonly via: NonNullable<AuditEntry["via"]>;
  /** Still the same person with the same role: a stream asks again and again. */
  isAllowed(): boolean;
}

export interface AdminDoor {
  readonly scope: Scope;
  readonly log: Log;
  /** Throws a TurnpikeError if it is nobody. */
  who(request: FastifyRequest): Promise<Asker>;
  /** Who it turned out to be, when the answer is out. */
  known(request: FastifyRequest): Promise<Asker | undefined>;
}

/** A POST's body by its schema; ADMIN_BAD_REQUEST names the field that is wrong. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw fail("ADMIN_BAD_REQUEST", { why: path.length ? `\`${path.join(".")}\`: ${message}` : message });
}

/** The routes as a plugin of either server. */
export function adminRoutes(sources: AdminSources, door: AdminDoor): FastifyPluginAsync {
  const { routes = [], metrics, audit, notReady } = sources;
  const streams = new Streams(door.scope, door.log);
  return async (server) => {
    server.setErrorHandler((error, _request, reply) => refuse(reply, error, door.log));
    server.addHook("onRequest", async (request) => checkJson(request));
    noteChanges(server, door, audit);
    if (audit) add(server, door, streams, auditRoute(audit));
    if (metrics)
      server.get("/metrics", async (request, reply) => {
        await allowed(door, request, "read");
        return reply.type(metrics.contentType).send(await metrics.text());
      });
    if (notReady) addHealth(server, notReady);
    for (const route of routes) add(server, door, streams, route);
  };
}

function addHealth(server: FastifyInstance, notReady: NonNullable<AdminSources["notReady"]>): void {
  server.get("/live", async () => ({ live: true }));
  server.get("/ready", async (_request, reply) => {
    const why = await notReady();
    return reply.code(why.length === 0 ? 200 : 503).send({ ready: why.length === 0, why });
  });
}

function add(server: FastifyInstance, door: AdminDoor, streams: Streams, route: AdminRoute): void {
  const { method, path, needs = method === "GET" ? "read" : "change" } = route;
  server.route({
    method,
    url: path,
    // HEAD would begin a stream that nobody reads.
    exposeHeadRoute: route.run !== undefined,
    ...(route.run && route.maxBodyBytes ? { bodyLimit: route.maxBodyBytes } : {}),
    handler: async (request, reply) => {
      const asker = await allowed(door, request, needs);
      const call = callOf(request, asker);
      if (route.stream) {
        if (streams.isFull) throw new LimitError("ADMIN_TOO_MANY_REQUESTS", asker.from, 30);
        return streams.send(reply, (signal) => route.stream(call, signal), asker.isAllowed);
      }
      if (route.download) {
        door.log.info("administrator downloads", { what: pathOf(request), by: asker.administrator.name });
        return sendDownload(reply, await route.download(call));
      }
      if (method !== "GET")
        door.log.info("administrator asked", { what: pathOf(request), by: asker.administrator.name });
      return (await route.run(call)) ?? {};
    },
  });
}

async function allowed(door: AdminDoor, request: FastifyRequest, needs: Needs): Promise<Asker> {
  const asker = await door.who(request);
  const { role } = asker.administrator;
  if (!ALLOWED[needs].includes(role)) throw fail("ADMIN_FORBIDDEN", { role });
  return asker;
}

const ALLOWED: Readonly<Record<Needs, readonly AdminRole[]>> = {
  read: ["admin", "api", "read-only"],
  change: ["admin", "api"],
  accounts: ["admin"],
};

/** Every request that may have changed something and came from somebody we know, with how it was answered. */
export function noteChanges(server: FastifyInstance, door: Pick<AdminDoor, "known">, audit?: AuditTrail): void {
  if (!audit) return;
  server.addHook("onResponse", async (request, reply) => {
    const { method } = request;
    if (method === "GET" || method === "HEAD" || method === "OPTIONS") return;
    const asker = await door.known(request);
    if (!asker) return;
    const { administrator, from, via } = asker;
    const { name: who, role } = administrator;
    audit.add({ what: "changed", who, role, via, from, method, path: pathOf(request), status: reply.statusCode });
  });
}

const auditQuery = z.object({
  before: z.coerce.number().int().min(0).default(Number.MAX_SAFE_INTEGER),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

function auditRoute(audit: AuditTrail): AdminRoute {
  return {
    method: "GET",
    path: "/api/audit",
    run: async ({ query }) => {
      const { before, limit } = readBody(auditQuery, query);
      return { entries: await audit.read(before, limit) };
    },
  };
}

function callOf({ params, query, body, headers }: FastifyRequest, { administrator, from }: Asker): AdminCall {
  const last = headers["last-event-id"];
  return {
    params: params as AdminCall["params"],
    query: query as AdminCall["query"],
    body,
    by: administrator,
    from,
    lastEventId: typeof last === "string" ? last : undefined,
  };
}

/** Without the query, which may hold what is nobody's business. */
export function pathOf(request: FastifyRequest): string {
  return request.url.replace(/\?.*/s, "");
}

/**
 * A page of another site can make the browser send its stored credentials along, but not with a JSON content type
 * unless we allowed it in a preflight (Fetch 3.2.2), and browsers say where the request comes from.
 */
export function checkJson({ method, headers }: FastifyRequest): void {
  if (method === "GET" || method === "HEAD") return;
  const site = headers["sec-fetch-site"] ?? "none";
  const json = /^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "");
  if (!json || (site !== "none" && site !== "same-origin")) throw fail("ADMIN_NOT_JSON");
}

export function refuse(reply: FastifyReply, thrown: unknown, log: Log): FastifyReply {
  const error = named(thrown, log);
  const { status, body } = failureOf(error);
  if (error instanceof LimitError) reply.header("retry-after", error.retryAfterSeconds);
  if (status === 401) reply.header("www-authenticate", challengeFor(reply.request));
  return reply.code(status).type("application/json; charset=utf-8").send(body);
}

/**
 * Browsers meet a Basic challenge with a dialog of their own, even for what a page asks in the background; our pages have
 * a form. RFC 9110 11.6.1 wants some challenge with each 401.
 */
function challengeFor({ headers }: FastifyRequest): string {
  const isBrowser = headers["sec-fetch-mode"] !== undefined || /text\/html/.test(headers.accept ?? "");
  return isBrowser ? 'Session realm="Turnpike"' : 'Basic realm="Turnpike", charset="UTF-8"';
}

/** Fastify's own refusals carry a 4xx status; all else is our mistake, and its text is for the log only. */
function named(thrown: unknown, log: Log): TurnpikeError {
  if (thrown instanceof TurnpikeError) return thrown;
  const status = (thrown as { statusCode?: unknown }).statusCode;
  if (typeof status === "number" && status < 500) return fail("ADMIN_BAD_REQUEST", { why: textOf(thrown) });
  log.error("administration failed to answer", { why: textOf(thrown) });
  return fail("ADMIN_FAILED");
}

/** For a path that nobody has: who is nobody learns only that this is for administrators. */
export async function answerUnknown(
  door: AdminDoor,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  try {
    await door.who(request);
    throw notFound(`${request.method} ${pathOf(request)}`, "see docs/protocol/administration.md");
  } catch (error) {
    return refuse(reply, error, door.log);
  }
}
