import type { AdminRoute } from "#admin-http";
import type { TunnelRow } from "#tunnel";
import type { CoreTunnelRow, CoreTunnels } from "./answers.ts";
import type { CoreRouteDeps } from "./deps.ts";

/** Unified Communications SSH tunnels status. */
export function tunnelRoutes({ ground, tunnels, fingerprint }: CoreRouteDeps): readonly AdminRoute[] {
  const answer = (): CoreTunnels => ({
    now: ground.clock.now(),
    identity: fingerprint,
    tunnels: tunnels.status().map(rowOf),
  });
  return [
    { method: "GET", path: "/api/tunnels", run: answer },
    {
      method: "POST",
      path: "/api/tunnels/retry",
      run: () => {
        tunnels.retryNow();
        return answer();
      },
    },
  ];
}

function rowOf(row: TunnelRow): CoreTunnelRow {
  const { target, address, domain, connection, draining, state, since, bytesIn, bytesOut, channels } = row;
  const isUp = row.state === "active";
  return {
    ...{ target, address, domain, connection, draining, status: state, since, bytesIn, bytesOut, channels },
    peer: isUp ? row.peer : "",
    via: isUp ? row.via : undefined,
    whyNotDirect: isUp ? row.whyNotDirect : undefined,
    hostKey: isUp ? row.hostKey : undefined,
    rttMs: isUp ? row.rttMs : undefined,
    lastError: row.lastError,
    nextTryAt: row.state === "failed" && Number.isFinite(row.nextTryAt) ? row.nextTryAt : undefined,
  };
}
