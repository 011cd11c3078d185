export type {
  AllowListAnswer,
  AllowRuleView,
  CoreOverview,
  CoreTunnelRow,
  CoreTunnels,
  ExplainAnswer,
  ImportAnswer,
  JoinHostsAnswer,
  JoinHostView,
  TargetView,
} from "./admin-routes/answers.ts";
export { type CoreConfig, coreConfig, coreListeners } from "./config.ts";
export { type CoreStatus, type RunningCore, startCore } from "./core.ts";
