import { type Log, TurnpikeError, textOf } from "#base";
import type { LegPlace, LegRequest, LegState, LocalTransport, MediaPool } from "#media";

/** Requests that wait while a leg is being opened. */
const MAX_WAITING = 256;

/** How long a leg waits for a media worker: clients give up after 15 s. */
const MAX_TRIES = 40;
const TRY_AGAIN_MS = 250;

/** One client's leg on a media worker. Requests are sent in order; those made before it is open wait for it. */
export class Leg {
  state: LegState = { state: "new" };
  /** What its client was told last. */
  local: LocalTransport | undefined;
  readonly #place: LegPlace;
  readonly #pool: MediaPool;
  readonly #log: Log;
  #waiting: LegRequest[] | undefined = [];
  #closed = false;

  constructor(place: LegPlace, pool: MediaPool, log: Log) {
    this.#place = place;
    this.#pool = pool;
    this.#log = log;
  }

  get via(): "edge" | "inside" {
    return this.#place.via;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Waits for a worker that is being restarted. Rejects with MEDIA_NO_WORKER or the worker's error. */
  async open(pause: (ms: number) => Promise<void>): Promise<LocalTransport> {
    for (let tries = 1; this.local === undefined; tries++) {
      try {
        this.local = await this.#pool.openLeg(this.#place);
      } catch (error) {
        const restarting = error instanceof TurnpikeError && error.code === "MEDIA_NO_WORKER";
        if (!restarting || this.#closed || tries >= MAX_TRIES) throw error;
        await pause(TRY_AGAIN_MS);
      }
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    if (this.#closed) this.#post({ do: "closeLeg", legId: this.#place.legId });
    else for (const request of waiting) this.#post(request);
    return this.local;
  }

  async restartIce(): Promise<LocalTransport> {
    const { legId } = this.#place;
    this.local = await this.#pool.request(legId, { do: "restartIce", legId });
    return this.local;
  }

  /** A refusal is logged: by then the client learns of it by its media, or the leg is gone. */
  request(request: LegRequest): void {
    if (this.#closed) return;
    if (!this.#waiting) this.#post(request);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(request);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#waiting) this.#post({ do: "closeLeg", legId: this.#place.legId });
  }

  /** It is gone by itself: its worker ended it, or ended. */
  lost(state: LegState): void {
    this.#closed = true;
    this.state = state;
  }

  #post(request: LegRequest): void {
    this.#pool.request(this.#place.legId, request).catch((error) => {
      this.#log.warn("media worker refused a request", {
        request: request.do,
        leg: this.#place.legId,
        why: textOf(error),
      });
    });
  }
}
