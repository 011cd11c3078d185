import type { AdminRoute } from "#admin-http";
import { allowListRoutes } from "./allow-list.ts";
import type { CoreRouteDeps } from "./deps.ts";
import { edgeRoutes } from "./edges.ts";
import { joinHostRoutes } from "./join-hosts.ts";
import { overview } from "./overview.ts";
import { tunnelRoutes } from "./tunnels.ts";

/** docs/protocol/administration.md lists them. */
export function coreRoutes(deps: CoreRouteDeps): readonly AdminRoute[] {
  return [
    { method: "GET", path: "/api/overview", run: () => overview(deps) },
    ...tunnelRoutes(deps),
    ...joinHostRoutes(deps),
    ...allowListRoutes(deps),
    ...edgeRoutes(deps),
  ];
}
