import { nativeAvailable, nativeMissing } from "#native";
import type { OpenPlane } from "./contract.ts";
import { NativePacketPlane } from "./native/plane.ts";
import { TypescriptPlane } from "./typescript/plane.ts";

export type {
  ClientPath,
  OpenPlane,
  PacketPlane,
  PacketTap,
  PacketWriter,
  PlaneListener,
  PlaneStatus,
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

/** The plane of the native addon, with so many threads; 0 is one for each core. Throws NATIVE_ADDON_MISSING. */
export const openNativePlane =
  (threads: number): OpenPlane =>
  (scope, listener) =>
    new NativePacketPlane(scope, listener, threads);

export interface PlaneChoice {
  readonly open: OpenPlane;
  /** For the administrator. */
  readonly why: string;
}

/** The native plane where the addon was built, unless the other one is wanted. `threads` 0 is one for each core. */
export function choosePlane(wanted: "auto" | "typescript", threads = 0): PlaneChoice {
  if (wanted === "typescript") return { open: openTypescriptPlane, why: "turn.plane says so" };
  if (nativeAvailable()) return { open: openNativePlane(threads), why: "the native addon is built" };
  return { open: openTypescriptPlane, why: `the native addon does not load: ${nativeMissing()}` };
}
