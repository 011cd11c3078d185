export type {
  MediaTransport,
  TransportCounters,
  TransportEvents,
  TransportHost,
  TransportHostOptions,
} from "./contract.ts";
export { MAX_MESSAGE } from "./data-channels.ts";
export { transportErrors } from "./errors.ts";
export { openTransportHost } from "./host.ts";
