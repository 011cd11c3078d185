import type { CertificateStore } from "#certificates";
import type { ConfigDesk, Ground, RecentTrouble } from "#operations";
import type { EdgeProxy, EndToEndWatch, Protection } from "#proxy";
import type { EdgeEnd } from "#tunnel";
import type { EdgeConfig } from "../config.ts";
import type { EdgeStatus } from "../edge.ts";
import type { TurnControl } from "../turn-routes.ts";

/** What the pages of the edge look into. */
export interface EdgeRouteDeps {
  readonly ground: Ground;
  readonly certificates: CertificateStore;
  readonly protection: Protection;
  readonly end: EdgeEnd;
  readonly proxy: EdgeProxy;
  readonly endToEnd: EndToEndWatch;
  readonly control: TurnControl;
  readonly reloader: { readonly config: EdgeConfig };
  /** Of the configuration file. */
  readonly desk: ConfigDesk<EdgeConfig>;
  readonly trouble: RecentTrouble;
  readonly status: () => Promise<EdgeStatus>;
}
