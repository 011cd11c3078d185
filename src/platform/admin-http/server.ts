import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import type { Server } from "node:https";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import fastify, { type FastifyInstance } from "fastify";
import { type Clock, formatAddress, type Log, type Scope, systemClock, type TransportAddress } from "#base";
import { Accounts } from "./accounts/accounts.ts";
import { openAuditTrail } from "./audit.ts";
import type { AdminConfig } from "./config.ts";
import type { AdminPlugin } from "./contract.ts";
import { fail } from "./errors.ts";
import {
  type AdminDoor,
  type AdminSources,
  adminRoutes,
  answerUnknown,
  checkJson,
  noteChanges,
  pathOf,
  refuse,
} from "./routes.ts";
import { Guard } from "./sign-in/guard.ts";
import { addSessionRoutes } from "./sign-in/session-routes.ts";
import { Sessions } from "./sign-in/sessions.ts";
import { SignIn } from "./sign-in/sign-in.ts";
import { addApp, isDeepLink } from "./web/app.ts";

const SWEEP_MS = 1000;
const MIN_TLS = "TLSv1.2";

/** Where the administration listens. */
export interface AdminServer extends TransportAddress {
  /** For handshakes from now on. Throws, and keeps the old one, if the pair is unusable. */
  setCertificate(pair: { readonly certificate: string; readonly key: string }): void;
}

/** The administration of a role: HTTPS on its own port, with sessions for people and HTTP Basic for programs. */
export async function startAdminServer(
  scope: Scope,
  config: AdminConfig,
  given: AdminSources,
  log: Log,
  clock: Clock = systemClock,
): Promise<AdminServer> {
  const accounts = await Accounts.open(config.accountsFile, log);
  if (accounts.empty)
    log.warn("nobody can sign in to the administration", { remedy: fail("ADMIN_NO_ACCOUNTS").remedy });
  const audit = given.audit ?? openAuditTrail(scope, config.auditFile, { clock, log });
  const sources = { ...given, audit };
  const sessions = new Sessions(accounts, config.idleTimeoutMinutes * 60_000, clock);
  const signIn = new SignIn({ scope, accounts, audit, clock, log });
  const guard = new Guard(accounts, sessions, signIn);
  const door = doorOf(scope, guard, accounts, log);
  const server = fastify({
    https: { cert: readFileSync(config.certificate), key: readFileSync(config.key), minVersion: MIN_TLS },
    bodyLimit: 16 * 1024,
    requestTimeout: 60_000,
    rewriteUrl: (request) => tidyUrl(request, sources.plugins ?? []),
  });
  scope.defer(() => server.close());
  await addHeaders(server);
  await server.register(cookie);
  server.setErrorHandler((error, _request, reply) => refuse(reply, error, log));
  await server.register(adminRoutes(sources, door));
  await server.register(async (own) => {
    own.addHook("onRequest", async (request) => checkJson(request));
    noteOwnChanges(own, door, sources);
    addSessionRoutes(own, { accounts, sessions, signIn, guard, audit, clock });
  });
  for (const plugin of sources.plugins ?? []) await addPlugin(server, plugin, guard, door, sources);
  const sendPage = sources.app && (await addApp(server, sources.app.folder, log));
  server.setNotFoundHandler((request, reply) =>
    sendPage && isDeepLink(request) ? sendPage(reply) : answerUnknown(door, request, reply),
  );
  scope.every(SWEEP_MS, () => {
    for (const who of sessions.sweep()) audit.add({ what: "session ended", who, via: "session", from: "" });
  });
  await server.listen({ host: config.listen.address, port: config.listen.port });
  const { port } = server.server.address() as { port: number };
  log.info("administration listens", { where: formatAddress({ address: config.listen.address, port }) });
  return {
    ...{ address: config.listen.address, port },
    setCertificate: ({ certificate: cert, key }) =>
      (server.server as Server).setSecureContext({ cert, key, minVersion: MIN_TLS }),
  };
}

function doorOf(scope: Scope, guard: Guard, accounts: Accounts, log: Log): AdminDoor {
  const known: AdminDoor["known"] = async (request) => {
    const identity = await guard.known(request);
    return identity && { ...identity, from: request.ip };
  };
  return {
    scope,
    log,
    known,
    who: async (request) => {
      const identity = await guard.identify(request);
      if (!identity) throw fail(accounts.empty ? "ADMIN_NO_ACCOUNTS" : "ADMIN_SIGN_IN");
      return { ...identity, from: request.ip };
    },
  };
}

async function addHeaders(server: FastifyInstance): Promise<void> {
  await server.register(helmet, {
    contentSecurityPolicy: false,
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
  });
  server.addHook("onSend", async (_request, reply) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    if (!reply.hasHeader("content-security-policy"))
      reply.header("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  });
}

/** Sign-in and sign-out have lines of their own. */
function noteOwnChanges(server: FastifyInstance, door: AdminDoor, { audit }: AdminSources): void {
  const known: AdminDoor["known"] = async (request) =>
    pathOf(request) === "/api/session" ? undefined : door.known(request);
  noteChanges(server, { known }, audit);
}

async function addPlugin(
  server: FastifyInstance,
  plugin: AdminPlugin,
  guard: Guard,
  door: AdminDoor,
  { audit }: AdminSources,
): Promise<void> {
  const add = async (own: FastifyInstance) => {
    noteChanges(own, door, audit);
    await plugin.register(own, guard);
  };
  await server.register(add, { prefix: plugin.prefix });
}

/** Clients of the CMS API write `//api/v1/coSpaces` and `/API/v1`; the rest of the path is the plugin's to read. */
function tidyUrl({ url = "/" }: IncomingMessage, plugins: readonly AdminPlugin[]): string {
  const [, path = "/", query = ""] = /^([^?]*)(.*)$/s.exec(url) ?? [];
  const single = path.replace(/\/{2,}/g, "/");
  const plugin = plugins.find(({ prefix }) => `${single.toLowerCase()}/`.startsWith(`${prefix.toLowerCase()}/`));
  return (plugin ? plugin.prefix + single.slice(plugin.prefix.length) : single) + query;
}
