import type { Readable } from "node:stream";
import type { Clock, Log, LogLevels } from "#base";
import type { CaptureSource, CaptureState, RingLimits } from "#capture";

/** What the archive is bounded by. */
export interface DiagnosticLimits {
  /** Of each capture. */
  readonly capture: RingLimits;
  readonly log: RingLimits;
}

export interface DiagnosticLoggingOptions {
  /** For this alone; it is made, and only this user can enter it. */
  readonly folder: string;
  readonly role: string;
  readonly levels: Pick<LogLevels, "set" | "own" | "tap">;
  /** Modules that can log at debug, with what they are about. */
  readonly modules: Readonly<Record<string, string>>;
  /** Named as the modules whose sockets they see. */
  readonly captures: readonly CaptureSource[];
  /** The role's status, told at start and stop. */
  readonly status: () => unknown;
  /** The role's file as it is: secrets are taken out here. */
  readonly configuration: () => string;
  /** What there is to say of the certificates, as text. */
  readonly certificates?: () => string | Promise<string>;
  /** Texts that must appear nowhere, wherever they come from. */
  readonly secrets?: () => readonly string[];
  /** Addresses of a name. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<DiagnosticLimits>;
}

/** What an administrator asks for. */
export interface DiagnosticRequest {
  readonly modules: readonly string[];
  /** Of the sockets of those modules. */
  readonly capture: boolean;
  /** Addresses, prefixes or names; none: all. */
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
  /** Bytes kept of each packet. */
  readonly snaplen: number;
  /** Then it ends by itself. */
  readonly minutes: number;
}

/** What is kept of a session beside its files. Times in milliseconds since 1970. */
export interface SessionFacts {
  readonly request: DiagnosticRequest;
  readonly startedAt: number;
  readonly endsAt: number;
}

export interface SessionParts {
  /** Of everything collected, on the disk. */
  readonly bytes: number;
  readonly log: { readonly lines: number; readonly dropped: number; readonly why: string | undefined };
  readonly captures: readonly (CaptureState & { readonly name: string })[];
}

export type DiagnosticState =
  | { readonly state: "none" }
  | ({ readonly state: "running" } & SessionFacts & SessionParts)
  | ({
      readonly state: "stopped";
      readonly endedAt: number;
      readonly why: string;
      readonly bytes: number;
    } & SessionFacts)
  /** The role died while it ran. What was collected until then is there. */
  | ({ readonly state: "interrupted"; readonly bytes: number } & SessionFacts);

export interface DiagnosticLogging {
  state(): Promise<DiagnosticState>;
  readonly modules: DiagnosticLoggingOptions["modules"];
  /** Modules whose sockets can be captured. */
  readonly captured: readonly string[];
  /** Rejects with DIAGNOSTICS_RUNNING, DIAGNOSTICS_NO_MODULE, DIAGNOSTICS_FOLDER or CAPTURE_BAD_FILTER. What a stopped one has collected is gone then. */
  start(request: DiagnosticRequest): Promise<DiagnosticState>;
  /** Rejects with DIAGNOSTICS_NOT_RUNNING. */
  marker(text: string): Promise<DiagnosticState>;
  /** Rejects with DIAGNOSTICS_NOT_RUNNING. */
  stop(): Promise<DiagnosticState>;
  /** All of it, also while it runs. Rejects with DIAGNOSTICS_NOTHING. */
  archive(): Promise<{ readonly name: string; readonly body: Readable }>;
  /** Told when one begins or ends. */
  onChange(listener: () => void): void;
}
