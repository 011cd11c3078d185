import type { ConfigDesk, Ground, RecentTrouble } from "#operations";
import type { CoreProxy } from "#proxy";
import type { CoreEnd } from "#tunnel";
import type { CoreConfig } from "../config.ts";
import type { CoreStatus } from "../core.ts";

/** What the pages of the core look into. */
export interface CoreRouteDeps {
  readonly ground: Ground;
  readonly proxy: CoreProxy;
  readonly tunnels: CoreEnd;
  /** Of the configuration file. */
  readonly desk: ConfigDesk<CoreConfig>;
  readonly keeper: { readonly config: CoreConfig };
  readonly trouble: RecentTrouble;
  readonly status: () => CoreStatus;
  /** "SHA256:…" of this core's key. */
  readonly fingerprint: string;
}
