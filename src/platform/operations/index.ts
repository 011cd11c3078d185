export type {
  AlarmLists,
  ConfigAnswer,
  ConfigChanged,
  Events,
  LogLevelList,
  RoleAnswer,
  TracingList,
} from "./answers.ts";

export { changedKeys } from "./changed-keys.ts";
export { ConfigDesk, type ConfigDeskOptions } from "./config-desk.ts";
export { operationsErrors } from "./errors.ts";
export { type Ground, openGround, softwareVersion } from "./ground.ts";
export { type LogDesk, openLogDesk } from "./log-desk.ts";
export { RecentTrouble } from "./recent-trouble.ts";
export { type OperationDeps, operationRoutes } from "./routes.ts";
