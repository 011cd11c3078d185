import { type Log, type Scope, type TransportAddress, textOf } from "#base";
import { startWorker, type WorkerHandle } from "#worker-process";
import type { TurnServerOptions } from "./options.ts";
import type { AllocationStatus } from "./server.ts";
import type { TurnWorkerEvent, TurnWorkerRequest } from "./turn-worker.ts";

/** After a crash the first restart is at once; if that fails, every so many ms. */
const RETRY_AFTER = 500;

export interface TurnWorkerStatus {
  readonly listening: readonly TransportAddress[];
  readonly allocations: readonly AllocationStatus[];
}

/** The TURN server in a process of its own, started anew whenever it dies. */
export interface TurnWorker {
  /** Where it listens, UDP and TCP; the same after a restart. */
  readonly listening: readonly TransportAddress[];
  /** Of the present process. */
  readonly pid: number;
  /** How often it has been started anew. */
  readonly restarts: number;
  /** Rejects with WORKER_GONE while it is being restarted. */
  status(): Promise<TurnWorkerStatus>;
}

/**
 * Starts the TURN server in a child process, so that its death costs the relays of that moment and not the role. The first
 * start rejects with TURN_LISTENER_TAKEN, TURN_LISTENER_FAILED or TURN_RELAY_ADDRESS.
 */
export async function startTurnWorker(scope: Scope, options: TurnServerOptions, log: Log): Promise<TurnWorker> {
  const supervisor = new Supervisor(scope, options, log);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements TurnWorker {
  listening: readonly TransportAddress[] = [];
  restarts = 0;
  readonly #scope: Scope;
  readonly #log: Log;
  #options: TurnServerOptions;
  #worker!: WorkerHandle<TurnWorkerRequest>;

  constructor(scope: Scope, options: TurnServerOptions, log: Log) {
    this.#scope = scope;
    this.#options = options;
    this.#log = log;
  }

  get pid(): number {
    return this.#worker.pid;
  }

  status(): Promise<TurnWorkerStatus> {
    return this.#worker.call<TurnWorkerStatus>({ kind: "status" });
  }

  async start(): Promise<void> {
    const own = this.#scope.child();
    let running = false;
    try {
      this.#worker = await startWorker<TurnWorkerRequest, TurnWorkerEvent>(own, {
        name: "turn-worker",
        file: new URL("./turn-worker.ts", import.meta.url),
        options: this.#options,
        onEvent: ({ level, event, fields }) => this.#log[level](event, fields),
        onExit: ({ code, signal }) => {
          // A worker that never ran is reported by the rejection of its start.
          if (!running) return;
          this.#log.error("TURN worker died and is restarted", { why: signal ?? `exit code ${code}` });
          void own.close();
          void this.#restart();
        },
      });
      this.listening = (await this.status()).listening;
      running = true;
      // Ports that were chosen freely stay what clients have been told.
      this.#options = { ...this.#options, listen: this.listening };
    } catch (error) {
      await own.close();
      throw error;
    }
  }

  async #restart(): Promise<void> {
    while (!this.#scope.closed) {
      try {
        await this.start();
        this.restarts++;
        return;
      } catch (error) {
        this.#log.error("TURN worker cannot be started", { why: textOf(error) });
        await this.#scope.sleep(RETRY_AFTER).catch(() => {});
      }
    }
  }
}
