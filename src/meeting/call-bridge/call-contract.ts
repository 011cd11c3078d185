import type { Clock } from "#base";
import type { LeftWhy } from "#conference";
import type { EventLog } from "#event-log";
import type { MediaPool } from "#media";
import type { LeaveReason } from "#media-signalling";
import type { Admission, CallRules } from "#spaces";
import type { Call } from "./call.ts";
import type { Client } from "./client.ts";

/** What a call tells of itself, after it has happened. */
export interface CallListener {
  begun(call: Call): void;
  ended(call: Call): void;
  legStarted(call: Call, client: Client): void;
  legChanged(call: Call, client: Client): void;
  legEnded(call: Call, client: Client, why: LeftWhy): void;
}

/** Whether an activator is in the call, or since when none is any more. */
export type Activation = { readonly state: "none-yet" | "active" } | { readonly state: "left"; readonly since: number };

export interface CallOptions {
  readonly space: Admission["space"];
  readonly rules: CallRules;
  readonly pool: MediaPool;
  readonly clock: Clock;
  readonly events: EventLog;
  readonly listener: CallListener;
  /** Rejects when the Call Bridge ends. */
  readonly pause: (ms: number) => Promise<void>;
}

/** What a client is told when it is taken out; whoever left by itself needs no word. */
export const FAREWELLS: Readonly<Partial<Record<LeftWhy, LeaveReason>>> = {
  replaced: "duplicate-identity",
  removed: "participant-removed",
  deactivated: "participant-removed",
  callEnded: "room-deleted",
};
