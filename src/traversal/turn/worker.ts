import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { type Log, type LogLevel, type Scope, textOf } from "#base";
import type { CaptureOptions, CaptureSource, CaptureState } from "#capture";
import { startWorker, type WorkerHandle } from "#worker-process";
import { type BlockedSources, NOBODY_BLOCKED } from "./blocked-sources.ts";
import { handOver, type StreamOrigin } from "./handover.ts";
import type { TurnServerOptions } from "./options.ts";
import type { AllocationStatus, PeerVerdict, TurnListener, TurnStatus } from "./status.ts";
import type { TurnWorkerEvent, TurnWorkerOptions, TurnWorkerRequest } from "./turn-worker.ts";

/** After a crash the first restart is at once; if that fails, every so many ms. */
const RETRY_AFTER = 500;

/** The TURN server in a process of its own, started anew whenever it dies. Calls reject with WORKER_GONE meanwhile. */
export interface TurnWorker {
  /** The same after a restart. */
  readonly listening: readonly TurnListener[];
  /** Of the present process. */
  readonly pid: number;
  /** How often it has been started anew. */
  readonly restarts: number;
  status(): Promise<TurnStatus>;
  allocations(): Promise<readonly AllocationStatus[]>;
  /** Rejects with TURN_BAD_PEER or TURN_BAD_CREDENTIAL. */
  why(credential: string, peer: string): Promise<PeerVerdict>;
  /** Also after a restart. */
  drain(on: boolean): Promise<void>;
  /** Rejects with TURN_NEEDS_RESTART or the fault of a certificate, and goes on as before. */
  configure(options: TurnServerOptions): Promise<void>;
  /**
   * Starts the worker anew with these options: all relays end. Rejects with TURN_LISTENER_TAKEN, TURN_LISTENER_FAILED or
   * TURN_RELAY_ADDRESS, and runs again as before.
   */
  restart(options: TurnServerOptions): Promise<void>;
  /** False if there is no such allocation. */
  end(id: number): Promise<boolean>;
  /**
   * Ends what these sources have, and meets them with silence; who is named no more is answered again. Says how many
   * allocations, by source. Also after a restart.
   */
  block(sources: BlockedSources): Promise<Readonly<Record<string, number>>>;
  /** Gives it a client's stream that came in on a port shared with the web. */
  attach(stream: Duplex, origin: StreamOrigin): void;
  /** The least that the worker tells, "info" at first; at debug, every message of clients. Also after a restart. */
  setLevel(level: LogLevel): void;
  /** Called when the process has ended by itself, and when the next one serves. Returns the function that ends it. */
  onChange(listener: () => void): () => void;
  /** Of the worker's own sockets, by the worker itself. It goes on in another file if the worker is started anew. */
  readonly capture: CaptureSource;
}

/**
 * Starts the TURN server in a child process, so that its death costs the relays of that moment and not the role. `onGuess`
 * is told of the address of who guesses names or passwords. The first
 * start rejects with TURN_LISTENER_TAKEN, TURN_LISTENER_FAILED or TURN_RELAY_ADDRESS.
 */
export async function startTurnWorker(
  scope: Scope,
  options: TurnServerOptions,
  log: Log,
  onGuess: (address: string) => void = () => {},
): Promise<TurnWorker> {
  const supervisor = new Supervisor(scope, options, log, onGuess);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements TurnWorker {
  listening: readonly TurnListener[] = [];
  restarts = 0;
  readonly #scope: Scope;
  readonly #log: Log;
  readonly #onGuess: (address: string) => void;
  /** Only this user can enter it. */
  readonly #folder = mkdtempSync(join(tmpdir(), "turnpike-"));
  #options: TurnServerOptions;
  /** Of the present process: port 0 may be among it. */
  #startedWith: TurnServerOptions["listen"] = [];
  #draining = false;
  #blocked: BlockedSources = NOBODY_BLOCKED;
  readonly #listeners = new Set<() => void>();
  #level: LogLevel = "info";
  #capturing: CaptureOptions | undefined;
  #worker!: WorkerHandle<TurnWorkerRequest>;
  /** Of the present process. */
  #own!: Scope;

  constructor(scope: Scope, options: TurnServerOptions, log: Log, onGuess: (address: string) => void) {
    this.#scope = scope;
    this.#onGuess = onGuess;
    this.#options = options;
    this.#log = log;
    scope.defer(() => rmSync(this.#folder, { recursive: true, force: true }));
  }

  get pid(): number {
    return this.#worker.pid;
  }

  status(): Promise<TurnStatus> {
    return this.#worker.call<TurnStatus>({ kind: "status" });
  }

  allocations(): Promise<readonly AllocationStatus[]> {
    return this.#worker.call({ kind: "allocations" });
  }

  why(credential: string, peer: string): Promise<PeerVerdict> {
    return this.#worker.call({ kind: "why", credential, peer });
  }

  async drain(on: boolean): Promise<void> {
    this.#draining = on;
    await this.#worker.call({ kind: "drain", on });
  }

  async configure(options: TurnServerOptions): Promise<void> {
    // Ports that were chosen freely stay what they are.
    const same = sameListen(options, this.#options);
    const listen = same ? this.#startedWith : options.listen;
    await this.#worker.call({ kind: "configure", options: { ...options, listen } });
    this.#options = { ...options, listen: this.#options.listen };
  }

  async restart(options: TurnServerOptions): Promise<void> {
    const before = this.#options;
    await this.#own.close({ code: "restart" });
    this.#options = { ...options, listen: sameListen(options, before) ? before.listen : options.listen };
    try {
      await this.start();
    } catch (error) {
      this.#options = before;
      await this.start();
      throw error;
    }
  }

  end(id: number): Promise<boolean> {
    return this.#worker.call({ kind: "end", id });
  }

  block(sources: BlockedSources): Promise<Readonly<Record<string, number>>> {
    this.#blocked = sources;
    return this.#worker.call({ kind: "block", sources });
  }

  attach(stream: Duplex, origin: StreamOrigin): void {
    handOver(this.#handover, stream, origin);
  }

  setLevel(level: LogLevel): void {
    this.#level = level;
    this.#worker.post({ kind: "level", level });
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly capture: CaptureSource = {
    name: "turn",
    start: async (options) => {
      this.#capturing = options;
      await this.#worker.call({ kind: "capture", options });
    },
    stop: async () => {
      this.#capturing = undefined;
      await this.#worker.call({ kind: "capture-stop" });
    },
    note: (text) => this.#worker.post({ kind: "capture-note", text }),
    state: () => this.#worker.call<CaptureState>({ kind: "capture-state" }),
  };

  async start(): Promise<void> {
    const own = this.#scope.child();
    this.#own = own;
    let running = false;
    rmSync(this.#handover, { force: true });
    const options: TurnWorkerOptions = {
      server: this.#options,
      handover: this.#handover,
      draining: this.#draining,
      blocked: this.#blocked,
      level: this.#level,
      capture: this.#capturing,
    };
    this.#startedWith = this.#options.listen;
    try {
      this.#worker = await startWorker<TurnWorkerRequest, TurnWorkerEvent>(own, {
        name: "turn-worker",
        file: new URL("./turn-worker.ts", import.meta.url),
        // What requests leave behind is small: without it, thousands of allocations cost three times the memory (MiB).
        nodeOptions: ["--max-semi-space-size=4"],
        options,
        onEvent: (told) => {
          if ("guess" in told) this.#onGuess(told.guess);
          else this.#log[told.level](told.event, told.fields);
        },
        onExit: ({ code, signal }) => {
          // A worker that never ran is reported by the rejection of its start.
          if (!running || own.closed) return;
          this.#log.error("TURN worker died and is restarted", { why: signal ?? `exit code ${code}` });
          void own.close();
          void this.#restart();
          this.#tell();
        },
      });
      this.listening = (await this.status()).listening;
      running = true;
      this.#options = { ...this.#options, listen: chosen(this.#options, this.listening) };
    } catch (error) {
      await own.close();
      throw error;
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  get #handover(): string {
    return join(this.#folder, "turn");
  }

  async #restart(): Promise<void> {
    while (!this.#scope.closed) {
      try {
        await this.start();
        this.restarts++;
        this.#tell();
        return;
      } catch (error) {
        this.#log.error("TURN worker cannot be started", { why: textOf(error) });
        await this.#scope.sleep(RETRY_AFTER).catch(() => {});
      }
    }
  }
}

/** Ports that were chosen freely stay what clients have been told. */
function chosen({ listen }: TurnServerOptions, listening: readonly TurnListener[]): TurnServerOptions["listen"] {
  let at = 0;
  return listen.map((where) => {
    const { port } = listening[at]!;
    at += where.transports.length;
    return { ...where, port };
  });
}

/** The same but for ports that were chosen freely. */
function sameListen(next: TurnServerOptions, now: TurnServerOptions): boolean {
  const free = next.listen.map((where, i) => ({ ...where, port: where.port || now.listen[i]?.port }));
  return JSON.stringify(free) === JSON.stringify(now.listen);
}
