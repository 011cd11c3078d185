import { once } from "node:events";
import fastify from "fastify";
import { type AdminSources, type Asker, adminRoutes, answerUnknown } from "#admin-http";
import { type Log, type Scope, textOf } from "#base";
import type { ControlConfig } from "./config.ts";
import { fail } from "./errors.ts";
import { clearPlace } from "./place.ts";

/** Only its owner, and root, may open the socket: that is the whole access control. */
const OTHERS_NOTHING = 0o177;

/**
 * Serves the routes and streams of a role on a Unix socket, without a password; no pages and no plugins. Closes and
 * removes it with the scope.
 */
export async function startControl(
  scope: Scope,
  { socket }: ControlConfig,
  sources: AdminSources,
  log: Log,
): Promise<void> {
  await clearPlace(socket);
  const server = fastify({ bodyLimit: 16 * 1024 });
  scope.defer(() => server.close());
  const asker: Asker = {
    administrator: { name: "control socket", role: "admin" },
    from: "local",
    via: "control socket",
    isAllowed: () => true,
  };
  const door = { scope, log, who: async () => asker, known: async () => asker };
  await server.register(adminRoutes(sources, door));
  server.setNotFoundHandler((request, reply) => answerUnknown(door, request, reply));
  await server.ready();
  bind(server.server, socket);
  try {
    await once(server.server, "listening");
  } catch (error) {
    throw fail("CONTROL_FAILED", { path: socket, why: textOf(error) }, error);
  }
  log.info("control socket listens", { path: socket });
}

/** Binding is done before `listen` returns, so the mask holds for this file alone, and it is never open to others. */
function bind(server: ReturnType<typeof fastify>["server"], socket: string): void {
  const mask = process.umask(OTHERS_NOTHING);
  try {
    server.listen(socket);
  } finally {
    process.umask(mask);
  }
}
