export {
  addressKey,
  canonicalAddress,
  formatAddress,
  inPrefixes,
  type Prefix,
  parseHostPort,
  parsePrefix,
  sourceNetwork,
  type TransportAddress,
} from "./addresses.ts";
export { type Clock, ManualClock, systemClock } from "./clock.ts";
export {
  configErrors,
  hostPort,
  ipAddress,
  loadConfig,
  location,
  logSection,
  parseConfig,
  path,
  portRange,
  prefix,
} from "./config/index.ts";
export { duration } from "./duration.ts";
export {
  assertNever,
  type ErrorKind,
  type ErrorRow,
  type ErrorTable,
  errorsOf,
  TurnpikeError,
  textOf,
} from "./errors.ts";
export { createLog, type Log, type LogFields, type LogLevel, type LogLine, memoryLog } from "./log.ts";
export { RateLimit } from "./rate-limit.ts";
export { type CloseReason, type Emitter, Scope, ScopeClosedError } from "./scope.ts";
export { TryLimit } from "./try-limit.ts";
