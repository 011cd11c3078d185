import type { Log, Scope } from "#base";
import type { EdgeServer, LocalTransport, WorkerStats } from "./control.ts";
import { fail } from "./errors.ts";
import type {
  AnswerTo,
  LegPlace,
  LegRequest,
  MediaPool,
  MediaPoolOptions,
  PoolEvent,
  PoolWorkerStats,
} from "./pool-contract.ts";
import { WorkerSlot } from "./worker-slot.ts";

/** Starts the workers and keeps them running. Rejects with the worker's error if one cannot start, as for a taken port. */
export async function openMediaPool(
  scope: Scope,
  options: MediaPoolOptions & { readonly log: Log; readonly workerFile?: URL },
): Promise<MediaPool> {
  const pool = new Pool(options.onEvent);
  const file = options.workerFile ?? new URL("./worker.ts", import.meta.url);
  for (let worker = 0; worker < options.workers; worker++) {
    const { listen } = options.options;
    const port = listen.port === 0 ? 0 : listen.port + worker;
    pool.slots.push(
      new WorkerSlot(scope.child(), {
        worker,
        file,
        options: { ...options.options, listen: { ...listen, port } },
        log: options.log.with({ worker }),
        onEvent: (event) => pool.onEvent(event),
      }),
    );
  }
  await Promise.all(pool.slots.map((slot) => slot.start()));
  return pool;
}

interface Place {
  readonly slot: WorkerSlot;
  readonly callId: string;
}

class Pool implements MediaPool {
  readonly slots: WorkerSlot[] = [];
  readonly #onEvent: (event: PoolEvent) => void;
  readonly #legs = new Map<string, Place>();

  constructor(onEvent: (event: PoolEvent) => void) {
    this.#onEvent = onEvent;
  }

  async openLeg(leg: LegPlace): Promise<LocalTransport> {
    if (this.#legs.has(leg.legId)) throw fail("MEDIA_LEG_EXISTS", { legId: leg.legId });
    const slot = this.#slotOf(leg.callId);
    const place = { slot, callId: leg.callId };
    this.#legs.set(leg.legId, place);
    try {
      return await slot.call<LocalTransport>({ do: "openLeg", ...leg });
    } catch (error) {
      if (this.#legs.get(leg.legId) === place) this.#legs.delete(leg.legId);
      throw error;
    }
  }

  async request<R extends LegRequest>(legId: string, request: R): Promise<AnswerTo<R>> {
    const place = this.#legs.get(legId);
    if (request.do === "closeLeg") {
      this.#legs.delete(legId);
      await place?.slot.call(request).catch(() => {});
      return undefined as AnswerTo<R>;
    }
    if (!place) throw fail("MEDIA_UNKNOWN_LEG", { legId });
    return place.slot.call<AnswerTo<R>>(request);
  }

  workerOf(legId: string): number | undefined {
    return this.#legs.get(legId)?.slot.worker;
  }

  setEdges(edges: readonly EdgeServer[]): void {
    for (const slot of this.slots) slot.setEdges(edges);
  }

  stats(): Promise<readonly PoolWorkerStats[]> {
    return Promise.all(
      this.slots.map(async (slot) => ({
        worker: slot.worker,
        pid: slot.pid,
        restarts: slot.restarts,
        legs: this.#load(slot),
        stats: await slot.call<WorkerStats>({ do: "stats" }).catch(() => undefined),
      })),
    );
  }

  onEvent(event: PoolEvent): void {
    if ("media" in event && event.media.event === "leg" && event.media.state.state === "closed")
      this.#legs.delete(event.media.legId);
    this.#onEvent("lost" in event ? this.#lose(event.worker, event.lost.why) : event);
  }

  #lose(worker: number, why: string): PoolEvent {
    const legIds = [...this.#legs].filter(([, place]) => place.slot.worker === worker).map(([legId]) => legId);
    for (const legId of legIds) this.#legs.delete(legId);
    return { worker, lost: { legIds, why } };
  }

  /** The worker that has the call, else the one with the fewest legs. */
  #slotOf(callId: string): WorkerSlot {
    const holding = [...this.#legs.values()].find((place) => place.callId === callId)?.slot;
    const running = this.slots.filter((slot) => slot.pid !== undefined);
    const least = running.sort((a, b) => this.#load(a) - this.#load(b))[0];
    const slot = holding ?? least;
    if (!slot) throw fail("MEDIA_NO_WORKER", { why: this.slots[0]?.why ?? "none is configured" });
    return slot;
  }

  #load(slot: WorkerSlot): number {
    return [...this.#legs.values()].filter((place) => place.slot === slot).length;
  }
}
