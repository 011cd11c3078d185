export { edgeEntry, tunnelSection } from "./config.ts";
export type { ConnectionState, Failure } from "./core-connection.ts";
export { type CoreEnd, type CoreEndOptions, type EdgeToDial, startCoreEnd, type TunnelRow } from "./core-end.ts";
export { type EdgeEnd, type EdgeEndOptions, type EdgeTunnelRow, startEdgeEnd } from "./edge-end.ts";
export { tunnelErrors } from "./errors.ts";
export { loadPrivateKey, loadPublicKeys, parse as parseTunnelKey, type TunnelKey } from "./keys.ts";
export { TUNNEL_LIMITS, type TunnelLimits } from "./limits.ts";
