export {
  addressKey,
  canonicalAddress,
  formatAddress,
  inPrefixes,
  type Prefix,
  parseHostPort,
  parsePrefix,
  rememberedKey,
  sourceNetwork,
  type TransportAddress,
} from "./addresses.ts";
export { type Clock, ManualClock, SteadyClock, systemClock } from "./clock.ts";
export {
  type ConfigChange,
  ConfigFile,
  configErrors,
  configFileErrors,
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
export {
  createLog,
  createLogging,
  type Log,
  type LogFields,
  type Logging,
  type LogLevel,
  type LogLevels,
  type LogLine,
  logLevels,
  memoryLog,
} from "./log.ts";
export { RateLimit } from "./rate-limit.ts";
export { type CloseReason, type Emitter, Scope, ScopeClosedError } from "./scope.ts";
export { TryLimit } from "./try-limit.ts";
