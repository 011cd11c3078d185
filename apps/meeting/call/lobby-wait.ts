import { type Signal, signal } from "@preact/signals";
import { explainFailure, type Failure } from "../model/failure.ts";
import { retryDelay } from "../model/lobby.ts";
import type { WaitWhy } from "../model/room-state.ts";
import { type Admission, isReady, JoinBroken, requestNews, type Waiting } from "./admission.ts";

export type LobbyOutcome =
  | { readonly outcome: "admitted"; readonly admission: Admission }
  /** The server has forgotten it, as after a laptop's sleep: it joins anew. */
  | { readonly outcome: "forgotten" }
  | { readonly outcome: "refused" | "removed" | "over" }
  | { readonly outcome: "failed"; readonly failure: Failure }
  | { readonly outcome: "left" };

/** The server answers within 25 s: this much later, in ms, the line is dead. */
const PATIENCE = 33_000;

const ENDS = {
  LOBBY_GONE: "forgotten",
  LOBBY_REFUSED: "refused",
  CALL_REMOVED: "removed",
  CALL_ENDED: "over",
} as const;

/** Waits in a lobby: asks again and again until something else than "waiting" is said. */
export class LobbyWait {
  readonly space: Waiting["space"];
  readonly traceId: string;
  readonly why: Signal<WaitWhy>;
  /** The server does not answer; it is asked again. */
  readonly trouble = signal(false);
  /** Milliseconds since 1970. */
  readonly since = Date.now();
  readonly #abort = new AbortController();
  #token: string;

  constructor(waiting: Waiting) {
    this.space = waiting.space;
    this.traceId = waiting.traceId;
    this.why = signal(waiting.why);
    this.#token = waiting.token;
  }

  leave(): void {
    this.#abort.abort();
  }

  async run(): Promise<LobbyOutcome> {
    let failures = 0;
    while (!this.#abort.signal.aborted) {
      try {
        if (failures > 0 && (await isReady(this.traceId))) this.trouble.value = false;
        const reply = await this.#ask();
        failures = 0;
        this.trouble.value = false;
        if (reply.result === "admitted") return { outcome: "admitted", admission: reply };
        this.#token = reply.token;
        this.why.value = reply.why;
      } catch (thrown) {
        const end = this.#abort.signal.aborted ? undefined : endOf(thrown);
        if (end) return end;
        this.trouble.value = true;
        await this.#pause(retryDelay(++failures));
      }
    }
    return { outcome: "left" };
  }

  #ask() {
    const limit = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(PATIENCE)]);
    return requestNews(this.#token, this.traceId, limit);
  }

  /** Ends early when the network is back. */
  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const early = () => resolve();
    addEventListener("online", early, { once: true });
    this.#abort.signal.addEventListener("abort", early, { once: true });
    await promise;
    clearTimeout(timer);
    removeEventListener("online", early);
  }
}

/** Undefined for what time may mend. */
function endOf(thrown: unknown): LobbyOutcome | undefined {
  if (!(thrown instanceof JoinBroken) || thrown.facts.step !== "finding" || thrown.facts.what !== "answer")
    return undefined;
  const { code = "", status } = thrown.facts;
  if (code in ENDS) return { outcome: ENDS[code as keyof typeof ENDS] };
  const passes = status >= 500 || status === 429;
  return passes && code !== "JOIN_CALL_FULL" ? undefined : { outcome: "failed", failure: explainFailure(thrown.facts) };
}
