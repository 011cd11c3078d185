import type { Duplex } from "node:stream";
import type { Scope } from "#base";
import { ClientPool, type OutgoingRequest, type Running } from "./http/client-pool.ts";
import type { ProxyLimits } from "./limits.ts";

/** The next hop towards one join host. Plain requests share its connections; one that met an error is never used again. */
export interface Upstream {
  request(request: OutgoingRequest): Running;
  /** On a connection of its own. */
  upgrade(request: OutgoingRequest): Running;
}

export function createUpstream(
  scope: Scope,
  _host: string,
  connect: () => Promise<Duplex>,
  limits: ProxyLimits,
): Upstream {
  return new ClientPool(scope, { connect, connections: limits.upstreamConnections, limits });
}
