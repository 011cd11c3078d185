import { Scope, TurnpikeError, textOf } from "#base";
import { type FromWorker, type Refusal, START_ID, type ToWorker } from "./messages.ts";

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
  const answer = async (id: number, run: () => unknown) => {
    try {
      send({ kind: "answer", id, value: await run() });
    } catch (error) {
      send({ kind: "refusal", id, refusal: refusalOf(error) });
    }
  };
  process.on("message", (message: ToWorker) => {
    if (message.kind === "call") return void answer(message.id, () => handle?.(message.request as Request));
    void answer(START_ID, async () => {
      handle = await server.start(message.options as Options, scope, (event) => send({ kind: "event", event }));
    });
  });
  process.on("disconnect", () => void scope.close().finally(() => process.exit(0)));
  // Ctrl-C reaches the whole process group: the parent decides when its workers end.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
}

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof TurnpikeError)) return { message: textOf(error) };
  const { message, code, kind, remedy } = error;
  return { message, known: { code, kind, remedy } };
}
