export { type CallBridge, type CallBridgeOptions, startCallBridge } from "./call-bridge.ts";
export { type CallBridgeConfig, callBridgeSection } from "./config.ts";
export type {
  Actor,
  CallChange,
  CallControl,
  CallLegView,
  CallRecord,
  CallTotals,
  CallView,
  LegChange,
  LegMediaView,
  LegPathView,
  ParticipantChange,
  ParticipantView,
  StreamView,
} from "./control-contract.ts";
export { callBridgeErrors } from "./errors.ts";
export { ICE_FAILURES, type IceFailure, iceFailureOf } from "./ice-failures.ts";
export type { SignedInUser } from "./session-user.ts";
export type { CallBridgeStatus, CallStatus } from "./status.ts";
export {
  type OpenTurnServers,
  openTurnServers,
  type TurnServersOptions,
  turnServerErrors,
} from "./turn-servers/index.ts";
export type { TurnHostStatus, TurnServerStatus, TurnServers } from "./turn-servers-contract.ts";
