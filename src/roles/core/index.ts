export { type CoreConfig, coreConfig, coreListeners } from "./config.ts";
export { type CoreStatus, type RunningCore, startCore } from "./core.ts";
