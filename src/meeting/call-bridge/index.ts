export { type CallBridge, type CallBridgeOptions, startCallBridge } from "./call-bridge.ts";
export { type CallBridgeConfig, callBridgeSection } from "./config.ts";
export { callBridgeErrors } from "./errors.ts";
export type { EventLine } from "./event-lines.ts";
export type { CallBridgeStatus, CallStatus } from "./status.ts";
export { mediaWorkerOptions, readTurnServers, type TurnServer } from "./turn-servers.ts";
