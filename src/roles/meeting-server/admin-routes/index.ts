import type { AdminRoute } from "#admin-http";
import { schemaJson } from "#api-schema";
import { operationRoutes, RecentTrouble } from "#operations";
import type { AdminRouteDeps } from "./deps.ts";
import { listRoutes } from "./lists.ts";
import { overview } from "./overview.ts";
import { spaceRoutes } from "./spaces.ts";

export type { AdminRouteDeps } from "./deps.ts";

/** What the pages of the administration ask beside the CMS API; docs/protocol/administration.md lists them. */
export function adminRoutesOf(deps: AdminRouteDeps): readonly AdminRoute[] {
  const trouble = new RecentTrouble(deps.events);
  return [
    { method: "GET", path: "/api/overview", run: () => overview(deps, trouble) },
    { method: "GET", path: "/api/schema", run: () => ({ nouns: schemaJson() }) },
    ...listRoutes(deps),
    ...operationRoutes({ ...deps, role: "meeting-server" }),
    ...spaceRoutes(deps),
  ];
}
