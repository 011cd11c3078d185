export { joinHostEntry, joinHostName, webSection } from "./config.ts";
export {
  type CoreProxy,
  type CoreProxyOptions,
  type CoreProxyStatus,
  type JoinHost,
  startCoreProxy,
} from "./core-proxy.ts";
export { type EdgeProxy, type EdgeProxyOptions, startEdgeProxy } from "./edge-proxy.ts";
export { proxyErrors } from "./errors.ts";
export type { TurnFront, TurnOrigin } from "./front/shared-port.ts";
export { PROXY_LIMITS, type ProxyLimits } from "./limits.ts";
export type { WebCounters } from "./relay.ts";
export type { Trust } from "./targets/reach.ts";
export type { DnsSeam } from "./targets/resolve.ts";
export type { TargetRow } from "./targets/target-set.ts";
