import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createServer } from "vite";
import type { Scope } from "#base";

/** Pages of the pair by role, with what fills them. */
export const PAIR_PAGES = {
  core: [
    "/status/overview",
    "/status/alarms",
    "/status/ssh-tunnels",
    "/system/administration",
    "/configuration/edges",
    "/configuration/meeting-server",
    "/configuration/allow-list",
    "/configuration/allow-list?tab=editable",
    "/configuration/allow-list?tab=upload",
    "/configuration/allow-list?tab=explain&method=GET&url=https://join.example.com/reports/",
    "/configuration/allow-list?tab=refusals",
    "/security/certificates",
    "/maintenance/diagnostic-logging",
    "/maintenance/log-levels",
    "/logs/events",
    "/logs/audit",
  ],
  edge: [
    "/status/overview",
    "/status/turn-relay-usage",
    "/status/turn-relay-usage/7",
    "/status/ssh-tunnels",
    "/system/administration",
    "/configuration/web",
    "/configuration/turn",
    "/security/certificates",
    "/security/protection",
  ],
} as const;

export type PairRole = keyof typeof PAIR_PAGES;

/** Serves the gallery; the function gives a page's address. */
export async function openGallery(scope: Scope): Promise<(role: PairRole, world: string, page: string) => string> {
  const cacheDir = mkdtempSync(join(tmpdir(), "turnpike-gallery-"));
  scope.defer(() => rmSync(cacheDir, { recursive: true, force: true }));
  const server = await createServer({
    configFile: resolve(import.meta.dirname, "vite.config.ts"),
    ...{ cacheDir, logLevel: "error" },
    server: {
      host: "127.0.0.1",
      port: 0,
      hmr: false,
      watch: null,
      fs: { allow: [resolve(import.meta.dirname, "../..")] },
    },
  });
  await server.listen();
  scope.defer(() => server.close());
  const base = server.resolvedUrls?.local[0];
  return (role, world, page) => `${base}gallery/?${new URLSearchParams({ role, world, page })}`;
}
