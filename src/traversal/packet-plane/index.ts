import type { OpenPlane } from "./contract.ts";
import { TypescriptPlane } from "./typescript/plane.ts";

export type {
  ClientPath,
  OpenPlane,
  PacketPlane,
  PacketTap,
  PacketWriter,
  PlaneListener,
  RelayCounters,
  RelayLimits,
  RelayOptions,
  StreamPath,
  UdpPath,
} from "./contract.ts";
export { noTraffic } from "./contract.ts";
export { StreamWriter } from "./stream-writer.ts";

/** The plane that runs everywhere. */
export const openTypescriptPlane: OpenPlane = (scope, listener) => new TypescriptPlane(scope, listener);
