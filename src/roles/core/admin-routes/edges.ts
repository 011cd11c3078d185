import type { AdminRoute } from "#admin-http";
import { formatAddress } from "#base";
import { loadPublicKeys } from "#tunnel";
import type { EdgesAnswer } from "./answers.ts";
import type { CoreRouteDeps } from "./deps.ts";

/** Configuration > Edges: whom the core dials. Changes by `PUT /api/config`. */
export function edgeRoutes({ ground, keeper, desk }: CoreRouteDeps): readonly AdminRoute[] {
  return [
    {
      method: "GET",
      path: "/api/edges",
      run: (): EdgesAnswer => ({
        now: ground.clock.now(),
        revision: desk.revision,
        connectionsPerEdge: keeper.config.connectionsPerEdge,
        edges: keeper.config.edges.map(({ address, hostKey, fallback }) => ({
          address: formatAddress(address),
          hostKeyFile: hostKey,
          hostKeys: loadPublicKeys(hostKey).map(({ fingerprint }) => fingerprint),
          fallback: fallback === "off" ? "off" : fallback ? formatAddress(fallback) : undefined,
        })),
      }),
    },
  ];
}
