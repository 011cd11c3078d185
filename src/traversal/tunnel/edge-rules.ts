import type { Clock, Log, Prefix } from "#base";
import type { TunnelKey } from "./keys.ts";
import type { TunnelLimits } from "./limits.ts";

/** What all connections to an edge share. The first ones change while it runs. */
export interface EdgeRules {
  hostKey: TunnelKey;
  authorizedKeys: readonly TunnelKey[];
  joinHosts: readonly string[];
  /** Sources whose tunnels are taken over 443. */
  over443From: readonly Prefix[];
  readonly limits: TunnelLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** Something in the tables is different. */
  readonly changed: () => void;
}
