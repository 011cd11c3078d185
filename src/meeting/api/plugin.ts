import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AdminGuard, Administrator, AdminPlugin } from "#admin-http";
import { readBody, readForm } from "./http/body.ts";
import { ApiFailure, invalidOperation } from "./http/failure.ts";
import { failureOf } from "./http/failures-of.ts";
import { Params } from "./http/params.ts";
import { failureResponse, isChallenged, responseOf, send, wantsJson } from "./http/respond.ts";
import type { Answer, Call, Method } from "./http/route.ts";
import { Router, segmentsOf } from "./http/router.ts";
import { ApiTrace } from "./http/trace.ts";
import type { ApiOptions } from "./options.ts";
import { ROUTES } from "./routes.ts";

export const PREFIX = "/api/v1";

/** Bytes of a request's body. */
const MAX_BODY = 1024 * 1024;

/** The CMS API: everything below /api/v1 is answered here, in the API's own form, whatever it is. */
export function apiPlugin(options: ApiOptions): AdminPlugin {
  const router = new Router(ROUTES);
  const trace = new ApiTrace(options.events);
  return {
    prefix: PREFIX,
    register: async (server, guard) => register(server, new Api(options, router, trace, guard)),
  };
}

/**
 * A content type parser sees all bodies, whatever they call themselves. What Fastify itself would refuse before that, a
 * content type without a slash, is set right first. Who may not is told before the body is read.
 */
function register(server: FastifyInstance, api: Api): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MAX_BODY }, (_request, body, done) =>
    done(null, body),
  );
  server.addHook("onRequest", (request, reply) => api.begin(request, reply));
  server.setErrorHandler((error, request, reply) => api.refuse(request, reply, error));
  const method = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];
  const handler = (request: FastifyRequest, reply: FastifyReply) => api.answer(request, reply);
  for (const url of ["/*", "/"]) server.route({ method, url, handler, bodyLimit: MAX_BODY });
}

/** A request between its first line and its answer. */
interface Pending {
  /** Number in the trace. */
  readonly id: number;
  readonly contentType: string;
  readonly json: boolean;
  who?: Administrator;
}

class Api {
  readonly #options: ApiOptions;
  readonly #router: Router;
  readonly #trace: ApiTrace;
  readonly #guard: AdminGuard;
  readonly #pending = new WeakMap<FastifyRequest, Pending>();

  constructor(options: ApiOptions, router: Router, trace: ApiTrace, guard: AdminGuard) {
    this.#options = options;
    this.#router = router;
    this.#trace = trace;
    this.#guard = guard;
  }

  /** Rejects with the refusal, and the handler is not reached. */
  async begin(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { headers } = request.raw;
    const contentType = headers["content-type"] ?? "";
    if (contentType !== "") headers["content-type"] = "application/octet-stream";
    const id = this.#trace.begin(request.method, request.originalUrl, request.ip);
    const pending: Pending = { id, contentType, json: wantsJson(request) };
    this.#pending.set(request, pending);
    // Gone again once it is admitted: a body that nobody will read must not be waited for.
    if (headers["content-length"] ?? headers["transfer-encoding"]) reply.header("connection", "close");
    pending.who = await this.#admit(request);
    reply.removeHeader("connection");
  }

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { id, json } = this.#pending.get(request)!;
    try {
      const response = responseOf(await this.#run(request), json, PREFIX);
      this.#trace.end(id, response);
      return send(reply, response);
    } catch (error) {
      return this.refuse(request, reply, error);
    }
  }

  /** Also what is refused before there is a handler: who may not, and a body that is too large or broken off. */
  refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
    const pending = this.#pending.get(request);
    const failure = failureOf(error, this.#options.log);
    const response = failureResponse(failure, pending?.json ?? false, isChallenged(request));
    if (pending) this.#trace.end(pending.id, response);
    return send(reply, response);
  }

  async #admit(request: FastifyRequest): Promise<Administrator> {
    const who = await this.#guard.who(request);
    if (!who) throw new ApiFailure(401, "authenticationRequired");
    if (who.role === "read-only" && methodOf(request) !== "GET") throw new ApiFailure(403, "insufficientRights");
    return who;
  }

  async #run(request: FastifyRequest): Promise<Answer> {
    const pending = this.#pending.get(request);
    if (!pending?.who) throw new ApiFailure(401, "authenticationRequired");
    const [path = "", query = ""] = split(request.raw.url ?? "");
    const { route, ids } = this.#router.find(segmentsOf(path));
    const method = methodOf(request);
    const handler = route.methods[method];
    if (!handler) throw invalidOperation(route.lacking ? route.help : undefined);
    const call: Call = {
      options: this.#options,
      method,
      ids,
      params: this.#params(request, query, pending),
      by: { kind: "api", name: pending.who.name, address: request.ip },
      ifMatch: matcher(request.headers["if-match"]),
    };
    return handler(call);
  }

  /** Parameters of the body count more than those of the query. Names with _ at the front keep caches away. */
  #params(request: FastifyRequest, query: string, { id, contentType }: Pending): Params {
    const inQuery = readForm(query).filter(([name]) => !name.startsWith("_"));
    if (methodOf(request) === "GET" || !(request.body instanceof Buffer)) return new Params(inQuery);
    const inBody = readBody(request.body, contentType);
    this.#trace.body(id, request.body.length, contentType, inBody);
    return new Params([...inQuery, ...inBody]);
  }
}

/** HEAD is GET without its body, which the server leaves out. */
function methodOf({ method }: FastifyRequest): Method {
  return (method === "HEAD" ? "GET" : method) as Method;
}

/** Path below the prefix, and query. */
function split(url: string): string[] {
  const [path = "", ...query] = url.split("?");
  return [path.replace(/^\/+api\/+v1(?=\/|$)/i, ""), query.join("?")];
}

/** If-Match (RFC 9110 13.1.1): "*", or entity tags, of which weak ones never match. */
function matcher(header: string | undefined): (version: number) => boolean {
  if (header === undefined || header.trim() === "*") return () => true;
  const tags = header.split(",").map((tag) => tag.trim());
  return (version) => tags.includes(`"${version}"`);
}
