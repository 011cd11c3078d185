import { flushCompileCache } from "node:module";
import { assertNever, type Log, type LogFields, type LogLevel } from "#base";
import type { CaptureOptions, CaptureState } from "#capture";
import { nativeAvailable, noNewPrivileges } from "#native";
import { serveParent } from "#worker-process";
import type { BlockedSources } from "./blocked-sources.ts";
import type { TurnServerOptions } from "./options.ts";
import { startTurnServer, type TurnServer } from "./server.ts";
import { WorkerCapture } from "./worker-capture.ts";

/** What the role asks of the worker. */
export type TurnWorkerRequest =
  | { readonly kind: "status" | "allocations" }
  | { readonly kind: "why"; readonly credential: string; readonly peer: string }
  | { readonly kind: "drain"; readonly on: boolean }
  | { readonly kind: "configure"; readonly options: TurnServerOptions }
  | { readonly kind: "end"; readonly id: number }
  | { readonly kind: "block"; readonly sources: BlockedSources }
  | { readonly kind: "level"; readonly level: LogLevel }
  | { readonly kind: "capture"; readonly options: CaptureOptions }
  | { readonly kind: "capture-note"; readonly text: string }
  | { readonly kind: "capture-state" | "capture-stop" };

/** What the worker tells: lines for the role's log, so that there is one log, and who guesses names or passwords. */
export type TurnWorkerEvent =
  | { readonly level: LogLevel; readonly event: string; readonly fields: LogFields }
  | { readonly guess: string };

export interface TurnWorkerOptions {
  readonly server: TurnServerOptions;
  /** Where streams are handed over. */
  readonly handover: string | undefined;
  readonly draining: boolean;
  readonly blocked: BlockedSources;
  /** The least that is told. */
  readonly level: LogLevel;
  /** Of the worker before, if it was capturing when it died. */
  readonly capture: CaptureOptions | undefined;
}

interface Worker {
  readonly server: TurnServer;
  readonly capture: WorkerCapture;
  readonly log: WorkerLog;
}

/** The entry of the TURN worker process. */
serveParent<TurnWorkerOptions, TurnWorkerRequest, TurnWorkerEvent>({
  start: async ({ server: options, handover, draining, blocked, level, capture: goesOn }, scope, emit) => {
    // Whatever a packet may make of this process: it gains no right of another program.
    if (nativeAvailable()) noNewPrivileges();
    const log = new WorkerLog(emit, level);
    const capture = new WorkerCapture(scope);
    const server = await startTurnServer(options, scope, log.log(), {
      ...{ handover, tap: capture },
      onGuess: (guess) => emit({ guess }),
    });
    if (draining) server.drain(true);
    server.block(blocked);
    server.logMessages(level === "debug");
    if (goesOn) await capture.start(server, goesOn);
    // A worker that dies writes nothing, and the next one should not have to compile all of this again.
    flushCompileCache();
    const worker = { server, capture, log };
    return (request) => answer(worker, request);
  },
});

function answer({ server, capture, log }: Worker, request: TurnWorkerRequest): unknown {
  switch (request.kind) {
    case "status":
      return server.status();
    case "allocations":
      return server.allocations();
    case "why":
      return server.why(request.credential, request.peer);
    case "drain":
      return server.drain(request.on);
    case "configure":
      return server.configure(request.options);
    case "end":
      return server.end(request.id);
    case "block":
      return server.block(request.sources);
    case "level":
      log.level = request.level;
      return server.logMessages(request.level === "debug");
    case "capture":
      return capture.start(server, request.options);
    case "capture-note":
      return capture.note(request.text);
    case "capture-state":
      return capture.state() satisfies CaptureState;
    case "capture-stop":
      return capture.stop(server);
    default:
      return assertNever(request);
  }
}

const ORDER: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Lines below the level are not sent: the role would drop them, after all that way. */
class WorkerLog {
  level: LogLevel;
  readonly #emit: (event: TurnWorkerEvent) => void;

  constructor(emit: (event: TurnWorkerEvent) => void, level: LogLevel) {
    this.#emit = emit;
    this.level = level;
  }

  log(base: LogFields = {}): Log {
    const at = (level: LogLevel) => (event: string, fields?: LogFields) => {
      if (ORDER.indexOf(level) >= ORDER.indexOf(this.level))
        this.#emit({ level, event, fields: { ...base, ...fields } });
    };
    return {
      debug: at("debug"),
      info: at("info"),
      warn: at("warn"),
      error: at("error"),
      with: (fields) => this.log({ ...base, ...fields }),
    };
  }
}
