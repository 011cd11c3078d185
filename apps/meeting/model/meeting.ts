import type { ReadonlySignal } from "@preact/signals";
import type { ControlAction } from "./actions.ts";
import type { Person } from "./people.ts";
import type { RoomState } from "./room-state.ts";
import type { Rules } from "./rules.ts";
import type { ConnectionSummary } from "./stats.ts";
import type { Step } from "./steps.ts";

/** A meeting that one is in, as the views need it: behind it is livekit-client, or made-up data. */
export interface Meeting {
  /** `callId` is "" for a meeting that has none. */
  readonly space: { readonly name: string; readonly callId: string };
  /** What to send to someone who should come too. */
  readonly link: string;
  /** It is the one by which one came: a host's makes hosts. */
  readonly isOwnLink: boolean;
  readonly people: ReadonlySignal<readonly Person[]>;
  readonly own: ReadonlySignal<OwnMedia>;
  readonly connection: ReadonlySignal<"good" | "poor" | "reconnecting">;
  /** The browser wants a click before it plays sound. */
  readonly soundBlocked: ReadonlySignal<boolean>;
  readonly details: ReadonlySignal<ConnectionSummary | undefined>;
  /** What one may do, and how the meeting stands. */
  readonly rules: ReadonlySignal<Rules>;
  readonly room: ReadonlySignal<RoomState>;
  readonly join: JoinRecord;
  /** Rejects if the device cannot be had. */
  set(what: keyof OwnMedia, on: boolean): Promise<void>;
  startSound(): Promise<void>;
  activeDevice(kind: MediaDeviceKind): string;
  chooseDevice(kind: MediaDeviceKind, deviceId: string): Promise<void>;
  leave(): Promise<void>;
  /** Steers the meeting, as far as the rules allow. Never rejects. */
  control(action: ControlAction): Promise<Controlled>;
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

export type Controlled =
  | { readonly done: true }
  /** The server's code, or "" if it did not answer; and its sentence, in English. */
  | { readonly done: false; readonly code: string; readonly said: string };
