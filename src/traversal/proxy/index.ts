export { certificateNames, type NamedHost } from "./certificate-names.ts";
export { webLimitsSection, webSection } from "./config.ts";
export {
  type CoreProxy,
  type CoreProxyOptions,
  type CoreProxySettings,
  type CoreProxyStatus,
  type JoinHost,
  type JoinHostRow,
  startCoreProxy,
} from "./core-proxy.ts";
export {
  type EdgeProxy,
  type EdgeProxyChange,
  type EdgeProxyOptions,
  type EdgeWebStatus,
  startEdgeProxy,
} from "./edge-proxy.ts";
export { type EndToEnd, type EndToEndWatch, watchEndToEnd } from "./end-to-end.ts";
export { proxyErrors } from "./errors.ts";
export { TUNNEL_PROTOCOL, type TunnelFront, type TurnFront, type TurnOrigin } from "./front/shared-port.ts";
export { type JoinHostEntry, joinHostEntry, joinHostName, joinHostOf, joinHostsSection } from "./join-host-config.ts";
export { LIVE_LIMITS, PROXY_LIMITS, type ProxyLimits } from "./limits.ts";
export type { BlockedRow, ProtectionChange } from "./protection/blocks.ts";
export { type ProtectionConfig, protectionRules, protectionSection } from "./protection/config.ts";
export { FAILURES, type Failure } from "./protection/failures.ts";
export {
  type Admission,
  Protection,
  type ProtectionOptions,
  type ProtectionSettings,
  type ProtectionStatus,
} from "./protection/protection.ts";
export type { WebCounters } from "./relay.ts";
export type { Trust } from "./targets/reach.ts";
export type { TargetRow, TargetState } from "./targets/target.ts";
export type { LookupRow } from "./targets/target-set.ts";
