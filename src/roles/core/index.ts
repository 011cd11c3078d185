export { type CoreConfig, coreConfig } from "./config.ts";
export { type CoreStatus, type RunningCore, startCore } from "./core.ts";
