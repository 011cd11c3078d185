export { hostPort, ipAddress, location, logSection, path, portRange, prefix } from "./fields.ts";
export { type ConfigChange, ConfigFile, configFileErrors } from "./file.ts";
export { configErrors, loadConfig, parseConfig } from "./load.ts";
