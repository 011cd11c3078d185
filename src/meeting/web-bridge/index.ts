export { type WebBridgeConfig, webBridgeSection } from "./config.ts";
export { webBridgeErrors } from "./errors.ts";
export { startWebBridge, type WebBridge, type WebBridgeOptions } from "./start.ts";
