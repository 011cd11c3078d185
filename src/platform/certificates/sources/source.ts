import type { Clock, Log, Scope } from "#base";
import type { Challenges } from "../acme/challenges.ts";
import type { AcmeState, CertificateProblem, CertificateSource } from "../contract.ts";
import type { Pair } from "../issue.ts";

/** Gives the pair of one use, and keeps it fresh. It has one from the moment that it is open. */
export interface Source {
  readonly from: CertificateSource["from"];
  /** Where the certificate is kept. */
  readonly file: string;
  pair(): Pair;
  /** Called each second: is there something new, or due? */
  look(): void;
  /** Resolves when there is a fresh pair. Rejects with a TurnpikeError. */
  renewNow(): Promise<void>;
  /** What this source knows and the certificate does not say. */
  problems(): readonly CertificateProblem[];
  /** PEM certificates up to which its chain is whole. */
  trust(): readonly string[];
  readonly acme?: AcmeState;
}

export interface SourceContext {
  readonly use: string;
  readonly names: readonly string[];
  readonly scope: Scope;
  readonly log: Log;
  readonly clock: Clock;
  readonly challenges: Challenges;
  /** There is a new pair. */
  readonly changed: () => void;
  /** Problems or state are other than before. */
  readonly told: () => void;
}
