export {
  type DialledLinks,
  type DialOptions,
  dialWebBridges,
  type LinkReport,
  type LinkTarget,
  parseC2wUrl,
} from "./call-bridge-end/dial.ts";
export type { LinkStatus } from "./call-bridge-end/link.ts";
export { callBridgeLinkSection, webBridgeLinkSection, webBridgesSection } from "./config.ts";
export { bridgeLinkErrors } from "./errors.ts";
export type {
  CallBridgeService,
  ClientOrigin,
  GuestError,
  IceServer,
  JoinAnswer,
  JoinRequest,
  SignallingRequest,
  SignallingStream,
} from "./service.ts";
export { type AcceptOptions, acceptBridgeLinks, type BridgeLinks } from "./web-bridge-end/accept.ts";
