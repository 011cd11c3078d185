import type { FastifyReply, FastifyRequest } from "fastify";
import { fail } from "./errors.ts";

/** The prefix keeps other hosts of the domain from setting it (RFC 6265bis 4.1.3.2). */
export const SESSION_COOKIE = "__Host-turnpike-session";
const ATTRIBUTES = { path: "/", secure: true, httpOnly: true, sameSite: "lax" } as const;
const MAX_SESSION = 8192;

/**
 * The session of whoever asks: a bearer, or our cookie. A browser sends the cookie by itself, also for pages of others, so
 * with it a request that changes something must show that our own page made it. Throws WEB_BRIDGE_FORGED.
 */
export function sessionOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) return bearer.length <= MAX_SESSION ? bearer : undefined;
  const cookie = request.cookies[SESSION_COOKIE];
  if (!cookie || cookie.length > MAX_SESSION) return undefined;
  if (request.method !== "GET" && !fromOwnPage(request)) throw fail("WEB_BRIDGE_FORGED", { why: whyNot(request) });
  return cookie;
}

/** "" takes the cookie away. */
export function keepSession(reply: FastifyReply, session: string | undefined): void {
  if (session === "") reply.clearCookie(SESSION_COOKIE, ATTRIBUTES);
  else if (session !== undefined) reply.setCookie(SESSION_COOKIE, session, ATTRIBUTES);
}

/** Other sites' pages can set neither header without asking us first, and we never agree (Fetch, 3.2.2). */
function fromOwnPage({ headers }: FastifyRequest): boolean {
  if (headers["x-turnpike"] === "1") return true;
  const json = /^application\/json(;|$)/i.test(headers["content-type"] ?? "");
  return json && ["same-origin", "none"].includes(String(headers["sec-fetch-site"]));
}

function whyNot({ headers }: FastifyRequest): string {
  return `no x-turnpike header, sec-fetch-site ${String(headers["sec-fetch-site"] ?? "missing").slice(0, 20)}`;
}
