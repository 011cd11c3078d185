import type { ErrorKind } from "#base";

/** What travels over the IPC channel between a role and its worker ("advanced" serialization: bytes stay bytes). */
export type ToWorker =
  | { readonly kind: "start"; readonly options: unknown }
  | { readonly kind: "call"; readonly id: number; readonly request: unknown };

export interface Refusal {
  readonly message: string;
  /** Of a TurnpikeError. */
  readonly known?: { readonly code: string; readonly kind: ErrorKind; readonly remedy: string };
}

export type FromWorker =
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "refusal"; readonly id: number; readonly refusal: Refusal }
  | { readonly kind: "events"; readonly events: readonly unknown[] };

/** The id of the answer to "start". Calls count from 1. */
export const START_ID = 0;
