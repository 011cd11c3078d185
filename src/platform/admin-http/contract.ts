import type { FastifyInstance, FastifyRequest } from "fastify";

/** admin: everything. api: everything but accounts, sign-in at the pages included. read-only: looks. */
export type AdminRole = "admin" | "api" | "read-only";

export interface Administrator {
  readonly name: string;
  readonly role: AdminRole;
}

/** Who asks, whichever way they signed in: session cookie (with the checks against forged requests) or HTTP Basic. */
export interface AdminGuard {
  /**
   * Undefined if nobody did. Throws ADMIN_TOO_MANY_REQUESTS, ADMIN_LOCKED_OUT or ADMIN_FORGED (a change that a page of
   * another site may have made the browser send, or a cookie without the header that only our own pages can set).
   * May be asked more than once for a request; the second answer is the first.
   */
  who(request: FastifyRequest): Promise<Administrator | undefined>;
}

/** Routes that answer in their own form and check by themselves who asks: the CMS API. */
export interface AdminPlugin {
  /** "/api/v1". The server takes `//API/V1/x` for `/api/v1/x`; `request.originalUrl` is what was asked. */
  readonly prefix: string;
  /**
   * `server` has that prefix already ("/system/status", "/*"), and its own error and not-found handlers, content types
   * and limits concern this plugin alone. What it changes is written to the audit trail by the server.
   */
  register(server: FastifyInstance, guard: AdminGuard): Promise<void>;
}
