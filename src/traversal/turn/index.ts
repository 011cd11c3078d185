export { turnOptions, turnSection } from "./config.ts";
export { turnErrors } from "./errors.ts";
export type { TurnRole, TurnServerOptions, TurnUser } from "./options.ts";
export { judgePeer, type PolicyFacts, type Verdict } from "./peer-policy.ts";
export { type AllocationStatus, startTurnServer, type TurnServer } from "./server.ts";
export { startTurnWorker, type TurnWorker, type TurnWorkerStatus } from "./worker.ts";
