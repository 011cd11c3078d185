import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Accounts } from "../accounts/accounts.ts";
import type { StatusSource } from "../routes.ts";
import type { Guard } from "../sign-in/guard.ts";
import { signInHtml } from "./sign-in-page.ts";
import { signOutHtml, statusHtml } from "./status-page.ts";

/** `GET /` of a role without the app: its status page, or a form to sign in. */
export function addStatusPage(server: FastifyInstance, page: StatusSource, guard: Guard, accounts: Accounts): void {
  server.get("/", async (request, reply) => {
    // The page asks for itself every ten seconds: that shall not keep a session alive.
    const identity = await guard.identify(request, "background");
    const nonce = randomBytes(16).toString("base64");
    if (!identity) {
      // Programs get JSON and the challenge of HTTP Basic.
      if (!/text\/html/.test(request.headers.accept ?? "")) return reply.callNotFound();
      reply.code(401).header("www-authenticate", 'Session realm="Turnpike"');
      return html(reply, nonce, signInHtml(nonce, accounts.empty));
    }
    const signOut = identity.session ? signOutHtml(identity.administrator.name, nonce) : "";
    return html(reply, nonce, statusHtml(await page(), signOut));
  });
}

function html(reply: FastifyReply, nonce: string, text: string): FastifyReply {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return reply.header("content-security-policy", policy).type("text/html; charset=utf-8").send(text);
}
