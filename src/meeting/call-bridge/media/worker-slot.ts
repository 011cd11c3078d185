import { type Log, type Scope, textOf } from "#base";
import { startWorker, type WorkerHandle } from "#worker-process";
import type { EdgeServer, MediaEvent, MediaRequest, MediaWorkerOptions } from "./control.ts";
import { fail } from "./errors.ts";
import type { PoolEvent } from "./pool-contract.ts";

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 10_000;
/** A worker that ran so long before it ended is restarted without delay growing. */
const STABLE_MS = 60_000;

export interface WorkerSlotOptions {
  readonly worker: number;
  readonly file: URL;
  readonly options: MediaWorkerOptions;
  readonly log: Log;
  readonly onEvent: (event: PoolEvent) => void;
}

type State =
  | { readonly state: "down"; readonly why: string }
  | { readonly state: "running"; readonly handle: WorkerHandle<MediaRequest>; readonly scope: Scope };

/** The place of one worker: its process now, and the next one after that ended. */
export class WorkerSlot {
  readonly #scope: Scope;
  readonly #options: WorkerSlotOptions;
  #state: State = { state: "down", why: "not started" };
  #delayMs = FIRST_DELAY_MS;
  #edges: readonly EdgeServer[];
  restarts = 0;

  constructor(scope: Scope, options: WorkerSlotOptions) {
    this.#scope = scope;
    this.#options = options;
    this.#edges = options.options.edges;
  }

  get worker(): number {
    return this.#options.worker;
  }

  get pid(): number | undefined {
    return this.#state.state === "running" ? this.#state.handle.pid : undefined;
  }

  /** Why it does not run, or "". */
  get why(): string {
    return this.#state.state === "down" ? this.#state.why : "";
  }

  async call<T>(request: MediaRequest): Promise<T> {
    if (this.#state.state === "down") throw fail("MEDIA_NO_WORKER", { why: this.#state.why });
    return this.#state.handle.call<T>(request);
  }

  /** For the process that runs now and for the next ones. */
  setEdges(edges: readonly EdgeServer[]): void {
    this.#edges = edges;
    // A process that ends meanwhile is followed by one that is started with them.
    if (this.#state.state === "running") void this.call({ do: "setEdges", edges }).catch(() => {});
  }

  /** Starts the process once; rejects with its error. */
  async start(): Promise<void> {
    const { worker, file, options, onEvent } = this.#options;
    const scope = this.#scope.child();
    const edges = this.#edges;
    try {
      const handle = await startWorker<MediaRequest, MediaEvent>(scope, {
        name: `media-worker ${worker}`,
        file,
        options: { ...options, edges },
        onEvent: (media) => onEvent({ worker, media }),
        onExit: (exit) => this.#ended(scope, exit.signal ?? `exit code ${exit.code}`),
      });
      this.#state = { state: "running", handle, scope };
      if (this.#edges !== edges) this.setEdges(this.#edges);
    } catch (error) {
      this.#state = { state: "down", why: textOf(error) };
      await scope.close();
      throw error;
    }
    this.#scope.after(STABLE_MS, () => {
      if (this.#state.state === "running" && this.#state.scope === scope) this.#delayMs = FIRST_DELAY_MS;
    });
    onEvent({ worker, ready: true });
  }

  /** Only a process that had started is missed; one that ended before rejects its `start`. */
  #ended(scope: Scope, why: string): void {
    if (this.#state.state !== "running" || this.#state.scope !== scope) return;
    this.#state = { state: "down", why };
    void scope.close();
    this.#options.log.error("a media worker ended; its calls lose their media until their clients resume", { why });
    this.#options.onEvent({ worker: this.#options.worker, lost: { legIds: [], why } });
    this.#restartLater();
  }

  #restartLater(): void {
    if (this.#scope.closed) return;
    this.restarts++;
    this.#scope.after(this.#delayMs, () => {
      this.start().catch((error) => {
        this.#options.log.error("a media worker did not start", { why: textOf(error), nextTryMs: this.#delayMs });
        this.#restartLater();
      });
    });
    this.#delayMs = Math.min(MAX_DELAY_MS, this.#delayMs * 2);
  }
}
