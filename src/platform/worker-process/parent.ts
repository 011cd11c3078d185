import { type ChildProcess, fork } from "node:child_process";
import { type Scope, TurnpikeError } from "#base";
import { fail } from "./errors.ts";
import { type FromWorker, type Refusal, START_ID, type ToWorker } from "./messages.ts";

export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface WorkerOptions<Event> {
  /** For logs and errors: "turn-worker", "media-worker 1". */
  readonly name: string;
  /** The worker's entry file; it must call `serveParent`. */
  readonly file: URL;
  /** Passed to the worker's `start`; may hold secrets, since it travels over the IPC channel and not in argv. */
  readonly options: unknown;
  /** For the worker's Node besides those of this process: ["--max-semi-space-size=1"]. */
  readonly nodeOptions?: readonly string[];
  readonly onEvent: (event: Event) => void;
  /** Told once, and only if the worker ended without being asked to. */
  readonly onExit: (exit: WorkerExit) => void;
}

/** A child process that answers calls and reports events. Ends with its scope. */
export interface WorkerHandle<Request> {
  readonly pid: number;
  /** Rejects with WORKER_GONE if the worker ends first, or with the error that the worker threw. */
  call<T>(request: Request): Promise<T>;
  /** A call whose answer nobody waits for; a refusal is dropped. */
  post(request: Request): void;
}

/** Starts a worker process and resolves when its `start` has finished; rejects with the worker's own error if it threw. */
export async function startWorker<Request, Event>(
  scope: Scope,
  options: WorkerOptions<Event>,
): Promise<WorkerHandle<Request>> {
  const child = fork(options.file, [], {
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: [...process.execArgv, ...(options.nodeOptions ?? [])],
  });
  const calls = new Calls(options.name);
  let asked = false;
  child.on("message", (message: FromWorker) => {
    if (message.kind === "events") for (const event of message.events) options.onEvent(event as Event);
    else calls.settle(message);
  });
  // A message to a process that has just died (EPIPE), or no process at all; without a listener it would end this one.
  child.on("error", (error) => calls.rejectAll(error.message));
  child.on("exit", (code, signal) => {
    calls.rejectAll(signal ?? `exit code ${code}`);
    if (!asked) options.onExit({ code, signal });
  });
  scope.defer(() => {
    asked = true;
    return end(child);
  });
  await calls.send(child, START_ID, { kind: "start", options: options.options });
  return {
    pid: child.pid!,
    call: <T>(request: Request) => calls.call<T>(child, request),
    post: (request) => void calls.call(child, request).catch(() => {}),
  };
}

class Calls {
  #next = START_ID;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #name: string;
  #gone: string | undefined;
  constructor(name: string) {
    this.#name = name;
  }

  call<T>(child: ChildProcess, request: unknown): Promise<T> {
    const id = ++this.#next;
    return this.send(child, id, { kind: "call", id, request }) as Promise<T>;
  }

  send(child: ChildProcess, id: number, message: ToWorker): Promise<unknown> {
    if (this.#gone) return Promise.reject(fail("WORKER_GONE", { name: this.#name, why: this.#gone }));
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    child.send(message);
    return waiting.promise;
  }

  settle(message: Exclude<FromWorker, { kind: "events" }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === "answer") {
      waiting?.resolve(message.value);
      return;
    }
    waiting?.reject(this.#refusalOf(message.refusal));
  }

  /** A TurnpikeError comes out as it went in; anything else is the worker's fault. */
  #refusalOf({ message, known }: Refusal): TurnpikeError {
    if (known) return new TurnpikeError(known.code, { ...known, text: message });
    return fail("WORKER_REFUSED", { name: this.#name, why: message });
  }

  rejectAll(why: string): void {
    this.#gone = why;
    for (const waiting of this.#waiting.values()) waiting.reject(fail("WORKER_GONE", { name: this.#name, why }));
    this.#waiting.clear();
  }
}

/** Asks by closing the channel, which the worker takes as the end of its owner; after 3 s it is killed. */
function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const kill = setTimeout(() => child.kill("SIGKILL"), 3000);
    child.once("exit", () => {
      clearTimeout(kill);
      resolve();
    });
    if (child.connected) child.disconnect();
  });
}
