import type { AdminRoute } from "#admin-http";
import type { Clock } from "#base";
import type { MeetingServerConfig } from "../config.ts";
import { certificateRoutes } from "./certificates.ts";
import { type DnsDeps, dnsRoutes } from "./dns.ts";
import { type TrustEnds, trustRoutes } from "./trust.ts";

export { type CertificateRow, checkCertificates } from "./certificates.ts";
export type { LookupAnswer } from "./dns.ts";
export type { TrustEnds } from "./trust.ts";

/** What the command line asks of the running meeting server, besides what the pages show. */
export function operatorRoutes(
  deps: DnsDeps & { readonly config: MeetingServerConfig; readonly trust: TrustEnds; readonly clock: Clock },
): readonly AdminRoute[] {
  return [...dnsRoutes(deps), ...trustRoutes(deps.trust), ...certificateRoutes(deps.config, deps.clock)];
}
