export { adviseAddresses, isPrivateAddress } from "./address-advice.ts";
export type { BlockedSources } from "./blocked-sources.ts";
export { listenersOf, realmOf, type TurnSection, turnOptions, turnSection } from "./config.ts";
export { turnErrors } from "./errors.ts";
export type { StreamOrigin } from "./handover.ts";
export type { TurnRole, TurnServerOptions, TurnUser } from "./options.ts";
export { FIXED } from "./options.ts";
export { judgePeer, type PolicyFacts, type Verdict } from "./peer-policy.ts";
export { startTurnServer, type TurnServer } from "./server.ts";
export type {
  AllocationStatus,
  ClusterPeerStatus,
  PeerVerdict,
  PortGauge,
  TurnListener,
  TurnStatus,
  TurnTransport,
} from "./status.ts";
export { addUser, readUsers, removeUser } from "./users-file.ts";
export { startTurnWorker, type TurnWorker } from "./worker.ts";
