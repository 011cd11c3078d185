export type {
  Codec,
  DataLabel,
  EdgeServer,
  EdgeState,
  ExtensionIds,
  Fingerprint,
  Forwarding,
  IceCandidate,
  LegPath,
  LegState,
  LegStats,
  LocalTransport,
  MediaEvent,
  MediaRequest,
  MediaWorkerOptions,
  SourceOptions,
  StreamStats,
  SubscriptionOptions,
  WorkerStats,
} from "./control.ts";
export { mediaErrors } from "./errors.ts";
export { openMediaPool } from "./pool.ts";
export type {
  AnswerTo,
  LegPlace,
  LegRequest,
  MediaPool,
  MediaPoolOptions,
  PoolEvent,
  PoolWorkerStats,
} from "./pool-contract.ts";
export { transportErrors } from "./transport/errors.ts";
