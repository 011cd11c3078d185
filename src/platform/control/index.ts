export { callControl, followControl } from "./client.ts";
export { type ControlConfig, controlSection } from "./config.ts";
export { type DownloadedFile, downloadControl } from "./download.ts";
export { controlErrors } from "./errors.ts";
export { startControl } from "./server.ts";
