import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Log } from "#base";
import { fail } from "../errors.ts";

/** Bundlers put a hash of the content into these names: the same name is the same bytes for ever. */
const HASHED = /-[\w-]{8,}\.\w+(\.br|\.gz)?$/;
const FOREVER = "public, max-age=31536000, immutable";

/** The app loads from and talks to its own server alone. */
const POLICY = Object.entries({
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self' data:",
  "font-src": "'self'",
  "manifest-src": "'self'",
  "connect-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'none'",
  "frame-ancestors": "'none'",
})
  .map(([directive, sources]) => `${directive} ${sources}`)
  .join("; ");

type SendPage = (reply: FastifyReply) => FastifyReply;

/**
 * Serves the built app to everybody: it shows nothing before it has asked for a session. Gives what answers a deep link:
 * the app, or a line that says that it has not been built.
 */
export async function addApp(server: FastifyInstance, folder: string, log: Log): Promise<SendPage> {
  if (!existsSync(join(folder, "index.html"))) {
    const { code, message, remedy } = fail("ADMIN_NO_APP", { folder });
    log.error("the pages of the administration are missing", { code, detail: message, remedy });
    server.get("/", (_request, reply) => sendMissing(reply));
    return sendMissing;
  }
  await server.register(fastifyStatic, {
    root: folder,
    index: false,
    dotfiles: "ignore",
    cacheControl: false,
    // The build lays a .br and a .gz beside each file that gains by it.
    preCompressed: true,
    setHeaders: (reply, path) => void reply.header("cache-control", HASHED.test(basename(path)) ? FOREVER : "no-cache"),
  });
  server.get("/", (_request, reply) => sendPage(reply));
  return sendPage;
}

/** A deep link of the app, such as /configuration/spaces/1: none of our paths, and asked for by a person. */
export function isDeepLink({ method, url, headers }: FastifyRequest): boolean {
  return method === "GET" && !/^\/(api|metrics)(\/|\?|$)/.test(url) && /text\/html/.test(headers.accept ?? "");
}

/** Where the folder is, is for the log. */
function sendMissing(reply: FastifyReply): FastifyReply {
  const text = "The pages of the administration have not been built. On this machine, run: npm run build\n";
  return reply.code(503).type("text/plain; charset=utf-8").send(text);
}

function sendPage(reply: FastifyReply): FastifyReply {
  return reply.header("content-security-policy", POLICY).sendFile("index.html");
}
