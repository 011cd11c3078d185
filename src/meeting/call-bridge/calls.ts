import type { Clock } from "#base";
import type { EventLog } from "#event-log";
import type { MediaPool } from "#media";
import type { Admission, CallRules } from "#spaces";
import type { Attendee } from "./attendee.ts";
import { Call } from "./call.ts";
import type { CallListener } from "./call-contract.ts";
import { LOBBY } from "./limits.ts";

export interface CallsOptions {
  readonly pool: MediaPool;
  readonly clock: Clock;
  readonly events: EventLog;
  readonly listener: CallListener;
  readonly pause: (ms: number) => Promise<void>;
}

/** Ended calls that are remembered; the oldest are forgotten. */
const MAX_ENDED = 500;

/** The calls of this Call Bridge: at most one for each space. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #bySpace = new Map<string, Call>();
  /** Ids of calls that were ended while somebody was in them or waited. */
  readonly #ended = new Set<string>();

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  get all(): readonly Call[] {
    return [...this.#bySpace.values()];
  }

  /** Those that somebody is in or waits for, or that were started: the API's calls. */
  get begun(): readonly Call[] {
    return this.all.filter(({ begun }) => begun);
  }

  ofSpace(spaceId: string): Call | undefined {
    return this.#bySpace.get(spaceId);
  }

  withId(id: string): Call | undefined {
    return this.all.find((call) => call.id === id);
  }

  /** The space's call; a new one if there is none. */
  open(space: Admission["space"], rules: CallRules): Call {
    const present = this.#bySpace.get(space.id);
    if (present) return present;
    const call = new Call({ ...this.#options, space, rules });
    this.#bySpace.set(space.id, call);
    return call;
  }

  end(call: Call): void {
    if (this.#bySpace.get(call.space.id) === call) this.#bySpace.delete(call.space.id);
    if (!call.deserted) this.#ended.add(call.id);
    if (this.#ended.size > MAX_ENDED) this.#ended.delete(this.#ended.values().next().value!);
    call.end();
  }

  /** It was ended, and whoever asks late is to be told so. */
  hasEnded(id: string): boolean {
    return this.#ended.has(id);
  }

  /** Someone with a leg or a place in a lobby: by the id of the participant or of its leg. */
  find(id: string): { readonly call: Call; readonly one: Attendee } | undefined {
    for (const call of this.all) {
      const one = call.attendees.withId(id);
      if (one) return { call, one };
    }
    return undefined;
  }

  /** Whether one more of this source may wait, over all calls. */
  lobbyHasRoom(source: string, sourceOf: (address: string) => string): boolean {
    const waiting = this.all.flatMap(({ attendees }) => attendees.waiting);
    return waiting.filter(({ origin }) => sourceOf(origin.address) === source).length < LOBBY.perSource;
  }
}
