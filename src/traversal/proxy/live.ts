import type { Prefix } from "#base";
import type { ProxyLimits } from "./limits.ts";
import type { Policy } from "./passage.ts";

/** What may change while the edge runs. Readers look each time, so that whatever is connected already goes on. */
export interface Live extends Policy {
  /** Lower case. */
  joinHosts: readonly string[];
  /** Those that the certificate does not name. */
  unnamed: ReadonlySet<string>;
  limits: ProxyLimits;
  /** TCP balancers, whose connections begin with a PROXY header. */
  balancers: readonly Prefix[];
  /** Server names that stand for TURN alone, lower case. */
  turnNames: readonly string[];
  /** From where a core's tunnel may come over this port. */
  tunnelFrom: readonly Prefix[];
}
