import type {
  EdgeServer,
  LocalTransport,
  MediaAnswer,
  MediaEvent,
  MediaRequest,
  MediaWorkerOptions,
  WorkerStats,
} from "./control.ts";

/** The media workers of a Call Bridge. A call lives on one worker, the least loaded when its first leg opens. */
export interface MediaPool {
  /** Rejects with MEDIA_NO_WORKER while no worker runs, or with the worker's own error. */
  openLeg(leg: LegPlace): Promise<LocalTransport>;
  /**
   * Sends a request to the worker that holds the leg; for `sendData` any leg of the call. Rejects with MEDIA_UNKNOWN_LEG
   * if the leg was never opened, is closed, or was lost with its worker. `closeLeg` never rejects.
   */
  request<R extends LegRequest>(legId: string, request: R): Promise<AnswerTo<R>>;
  /** The worker that holds the leg: edge states are told by worker. */
  workerOf(legId: string): number | undefined;
  /** The edges of all workers from now on, best first, and of those that are started later. */
  setEdges(edges: readonly EdgeServer[]): void;
  /** One entry for each worker, in order; a worker that is down has no stats. */
  stats(): Promise<readonly PoolWorkerStats[]>;
}

export interface LegPlace {
  readonly legId: string;
  readonly callId: string;
  readonly via: "edge" | "inside";
  /** Addresses to let through the relays from the start. */
  readonly permit: readonly string[];
}

export type LegRequest = Exclude<MediaRequest, { do: "openLeg" | "setEdges" | "stats" }>;

export type AnswerTo<R extends MediaRequest> = R extends { do: "openLeg" | "restartIce" }
  ? LocalTransport
  : R extends { do: "stats" }
    ? WorkerStats
    : Extract<MediaAnswer, undefined>;

export type PoolEvent =
  | { readonly worker: number; readonly media: MediaEvent }
  /** The worker's process ended: these legs are gone (their clients must join media anew) and their calls are placed again. */
  | { readonly worker: number; readonly lost: { readonly legIds: readonly string[]; readonly why: string } }
  | { readonly worker: number; readonly ready: true };

export interface PoolWorkerStats {
  readonly worker: number;
  readonly pid: number | undefined;
  readonly restarts: number;
  readonly legs: number;
  readonly stats: WorkerStats | undefined;
}

export interface MediaPoolOptions {
  /** Number of processes, at least 1. */
  readonly workers: number;
  /** Worker n (from 0) listens on `listen.port + n`, or on any free port if that is 0. */
  readonly options: MediaWorkerOptions;
  /** May be called before `openMediaPool` resolves (edge states). */
  readonly onEvent: (event: PoolEvent) => void;
}
