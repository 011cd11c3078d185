export {
  type DialledLinks,
  type DialOptions,
  dialWebBridges,
  type LinkReport,
  type LinkTarget,
  parseC2wUrl,
} from "./call-bridge-end/dial.ts";
export type { LinkStatus } from "./call-bridge-end/link.ts";
export { callBridgeLinkSection, webBridgeLinkSection } from "./config.ts";
export { bridgeLinkErrors } from "./errors.ts";
export { controlAction, LOBBY_WAIT } from "./messages.ts";
export type {
  CallBridgeService,
  ClientOrigin,
  ControlAction,
  ControlAnswer,
  GuestError,
  IceServer,
  JoinAnswer,
  JoinRequest,
  PortalAnswer,
  PortalRequest,
  SignallingRequest,
  SignallingStream,
} from "./service.ts";
export { type Trust, type TrustedCertificate, TrustFolder } from "./trust.ts";
export { type AcceptOptions, acceptBridgeLinks, type BridgeLinks } from "./web-bridge-end/accept.ts";
