export type { BlockedSource, EdgeOverview, EdgeTunnels, ProtectionAnswer } from "./admin-routes/answers.ts";
export { type EdgeConfig, edgeConfig, edgeListeners } from "./config.ts";
export { type EdgeStatus, type RunningEdge, startEdge } from "./edge.ts";
export { type RelayRow, type TurnControl, turnRoutes } from "./turn-routes.ts";
