import type { Scope, TurnpikeError } from "#base";

/** What is tried, and from where it is known. */
export interface Target {
  readonly joinHost: string;
  readonly ports: { readonly http: number; readonly https: number; readonly turn: number };
  /** PEM of an authority that the system does not know. */
  readonly authorities: string | undefined;
  /** Of TURN, for what cannot be seen without. */
  readonly credentials: (() => { readonly username: string; readonly password: string }) | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The same at one address of the join host. */
export interface Place extends Target {
  readonly address: string;
}

export type Finding =
  | { readonly state: "good"; readonly says: string }
  /** It works, and somebody should look at it. */
  | { readonly state: "warn"; readonly error: TurnpikeError }
  | { readonly state: "not-checked"; readonly says: string; readonly remedy: string };

/** What it throws is what is wrong. */
export interface Check<T extends Target> {
  readonly name: string;
  /** The check without which this one can only fail. */
  readonly needs?: string;
  /** For a column: "TCP 443". */
  readonly title: (target: T) => string;
  readonly run: (target: T, scope: Scope) => Promise<Finding>;
}

/** One line of the result. */
export interface Line {
  readonly check: string;
  readonly title: string;
  /** Undefined for what is not of one address. */
  readonly address: string | undefined;
  readonly state: Finding["state"] | "bad";
  readonly says: string;
  readonly code: string | undefined;
  readonly remedy: string | undefined;
  /** Of the whole check. */
  readonly ms: number;
}

export const good = (says: string): Finding => ({ state: "good", says });
export const warn = (error: TurnpikeError): Finding => ({ state: "warn", error });
