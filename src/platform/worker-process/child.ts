import { Scope, TurnpikeError, textOf } from "#base";
import { type FromWorker, type Refusal, START_ID, type ToWorker } from "./messages.ts";

/** Events that wait for the end of the round at most: a flood of them must not become one huge message. */
const MOST_EVENTS = 256;

export interface WorkerServer<Options, Request, Event> {
  /** Called once, first. What it creates belongs to `scope`, which closes when the parent goes. */
  start(options: Options, scope: Scope, emit: (event: Event) => void): Promise<(request: Request) => unknown>;
}

/** The worker's end of `startWorker`: runs `start`, then answers calls one by one as they come. */
export function serveParent<Options, Request, Event>(server: WorkerServer<Options, Request, Event>): void {
  const scope = new Scope();
  let handle: ((request: Request) => unknown) | undefined;
  const send = (message: FromWorker) => {
    // A parent that goes at this moment is told of by "disconnect"; its broken pipe is nobody's concern.
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  };
  const events = new Events((list) => send({ kind: "events", events: list }));
  const answer = async (id: number, run: () => unknown) => {
    const message = await outcomeOf(id, run);
    events.flush();
    send(message);
  };
  process.on("message", (message: ToWorker) => {
    if (message.kind === "call") return void answer(message.id, () => handle?.(message.request as Request));
    void answer(START_ID, async () => {
      handle = await server.start(message.options as Options, scope, (event) => events.add(event));
    });
  });
  process.on("disconnect", () => void scope.close().finally(() => process.exit(0)));
  // Ctrl-C reaches the whole process group: the parent decides when its workers end.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
}

/** What happens in one round of the event loop travels together: a message costs more than what is in it. */
class Events {
  #waiting: unknown[] = [];
  readonly #send: (events: readonly unknown[]) => void;
  constructor(send: (events: readonly unknown[]) => void) {
    this.#send = send;
  }

  add(event: unknown): void {
    if (this.#waiting.push(event) === 1) setImmediate(() => this.flush());
    if (this.#waiting.length === MOST_EVENTS) this.flush();
  }

  /** Before an answer, so that all that happened before it is told before it. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    this.#send(events);
  }
}

async function outcomeOf(id: number, run: () => unknown): Promise<FromWorker> {
  try {
    return { kind: "answer", id, value: await run() };
  } catch (error) {
    return { kind: "refusal", id, refusal: refusalOf(error) };
  }
}

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof TurnpikeError)) return { message: textOf(error) };
  const { message, code, kind, remedy } = error;
  return { message, known: { code, kind, remedy } };
}
