import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Log } from "#base";
import { fail } from "./errors.ts";

const BUILT_APP = resolve(import.meta.dirname, "../../../dist/apps/meeting");
/** Bundlers put a hash of the content into these names: the same name is the same bytes for ever. */
const HASHED = /-[\w-]{8,}\.\w+(\.br|\.gz)?$/;
const FOREVER = "public, max-age=31536000, immutable";

/** The meeting app: its page at `/` and `/meeting/<callId>`, its files under their own names. */
export async function serveApp(app: FastifyInstance, folder = BUILT_APP, log: Log): Promise<void> {
  const missing = fail("WEB_BRIDGE_NO_APP", { folder });
  if (!existsSync(join(folder, "index.html"))) {
    log.error("the meeting app is missing", { code: missing.code, detail: missing.message, remedy: missing.remedy });
    for (const url of PAGES) app.get(url, (_request, reply) => reply.code(503).type("text/plain").send(missing.guest));
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    index: false,
    dotfiles: "ignore",
    cacheControl: false,
    // The build lays a .br and a .gz beside each file that gains by it.
    preCompressed: true,
    setHeaders: (reply, path) => void reply.header("cache-control", HASHED.test(basename(path)) ? FOREVER : "no-cache"),
  });
  for (const url of PAGES) app.get(url, (_request, reply: FastifyReply) => reply.sendFile("index.html"));
}

/** Of these the app itself makes what is shown: joining, sign-in, the spaces of a user. */
const PAGES = ["/", "/meeting/:callId", "/sign-in", "/spaces", "/spaces/:id"];
