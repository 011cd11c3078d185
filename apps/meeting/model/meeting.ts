import type { ReadonlySignal } from "@preact/signals";
import type { Person } from "./people.ts";
import type { ConnectionSummary } from "./stats.ts";
import type { Step } from "./steps.ts";

/** A meeting that one is in, as the views need it: behind it is livekit-client, or made-up data. */
export interface Meeting {
  readonly space: { readonly name: string; readonly callId: string };
  /** What to send to someone who should come too. */
  readonly link: string;
  readonly people: ReadonlySignal<readonly Person[]>;
  readonly own: ReadonlySignal<OwnMedia>;
  readonly connection: ReadonlySignal<"good" | "poor" | "reconnecting">;
  /** The browser wants a click before it plays sound. */
  readonly soundBlocked: ReadonlySignal<boolean>;
  readonly details: ReadonlySignal<ConnectionSummary | undefined>;
  readonly join: JoinRecord;
  /** Rejects if the device cannot be had. */
  set(what: keyof OwnMedia, on: boolean): Promise<void>;
  startSound(): Promise<void>;
  activeDevice(kind: MediaDeviceKind): string;
  chooseDevice(kind: MediaDeviceKind, deviceId: string): Promise<void>;
  leave(): Promise<void>;
}

export interface OwnMedia {
  readonly mic: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
}

/** How one got in. */
export interface JoinRecord {
  readonly traceId: string;
  readonly steps: readonly Step[];
}

export type EndReason = "left" | "lost" | "removed" | "over" | "elsewhere";
