import { nativeAvailable, nativeMissing } from "#native";
import type { OpenPlane } from "./contract.ts";
import { type NativeOptions, NativePacketPlane } from "./native/plane.ts";
import { TypescriptPlane } from "./typescript/plane.ts";

export type {
  Challenge,
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

/** The plane of the native addon. Throws NATIVE_ADDON_MISSING. */
export const openNativePlane =
  (options: NativeOptions = {}): OpenPlane =>
  (scope, listener) =>
    new NativePacketPlane(scope, listener, options);

export interface PlaneChoice {
  readonly open: OpenPlane;
  /** For the administrator. */
  readonly why: string;
}

/** The native plane where the addon was built, unless the other one is wanted. */
export function choosePlane(wanted: "auto" | "typescript", options: NativeOptions = {}): PlaneChoice {
  if (wanted === "typescript") return { open: openTypescriptPlane, why: "turn.plane says so" };
  if (nativeAvailable()) return { open: openNativePlane(options), why: "the native addon is built" };
  return { open: openTypescriptPlane, why: `the native addon does not load: ${nativeMissing()}` };
}
