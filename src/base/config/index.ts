export { hostPort, ipAddress, location, logSection, path, portRange, prefix } from "./fields.ts";
export { configErrors, loadConfig, parseConfig } from "./load.ts";
