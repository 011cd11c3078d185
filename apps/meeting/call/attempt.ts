import { type Signal, signal } from "@preact/signals";
import type { Preview } from "../devices/preview.ts";
import { linkPath } from "../model/call-id.ts";
import { explainFailure, type Failure, type JoinFacts } from "../model/failure.ts";
import type { EndReason, Meeting } from "../model/meeting.ts";
import {
  endProgress,
  enterStep,
  type Progress,
  type StepId,
  startProgress,
  stepsOf,
  timeLeft,
} from "../model/steps.ts";
import { type Admission, JoinBroken, requestAdmission, type Wish } from "./admission.ts";
import type { Prepared } from "./preparation.ts";
import { newTraceId } from "./trace.ts";

export type Outcome =
  | { readonly outcome: "joined"; readonly meeting: Meeting }
  | { readonly outcome: "failed"; readonly failure: Failure }
  | { readonly outcome: "cancelled" };

class StepTimeout extends Error {}

/** livekit-client is most of what this page loads: fetched after the first paint, long before anyone clicks. */
export const loadLiveKit = () => import("./livekit/open.ts");

/** One try to join: every step has a bound, and its end is one outcome. */
export class Attempt {
  readonly traceId: string;
  readonly progress: Signal<Progress> = signal(startProgress(performance.now()));
  readonly space = signal("");
  readonly #prepared: Prepared | undefined;
  readonly #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(prepared?: Prepared) {
    this.#prepared = prepared;
    this.traceId = prepared?.traceId ?? newTraceId();
  }

  cancel(): void {
    this.#abort.abort(new DOMException("cancelled", "AbortError"));
  }

  async run(wish: Wish, preview: Preview, onEnd: (reason: EndReason) => void): Promise<Outcome> {
    this.#arm();
    try {
      const meeting = await this.#join(wish, preview, onEnd);
      this.progress.value = endProgress(this.progress.value, "done", performance.now());
      return { outcome: "joined", meeting };
    } catch (thrown) {
      if (this.#abort.signal.aborted && !(this.#abort.signal.reason instanceof StepTimeout))
        return { outcome: "cancelled" };
      this.progress.value = endProgress(this.progress.value, "failed", performance.now());
      return { outcome: "failed", failure: explainFailure(this.#factsOf(thrown)) };
    } finally {
      clearTimeout(this.#timer);
    }
  }

  async #join(wish: Wish, preview: Preview, onEnd: (reason: EndReason) => void): Promise<Meeting> {
    const library = loadLiveKit();
    library.catch(() => {});
    const admission = await this.#admission(wish);
    this.space.value = admission.space.name;
    this.#enter("server");
    const { openMeeting } = await this.#orAbort(library);
    return openMeeting({
      admission,
      link: new URL(linkPath(wish), location.origin).href,
      preview,
      enter: (step) => this.#enter(step),
      join: () => ({ traceId: this.traceId, steps: stepsOf(this.progress.value) }),
      onEnd,
      signal: this.#abort.signal,
    });
  }

  async #admission(wish: Wish): Promise<Admission> {
    const ask = () => requestAdmission(wish, this.traceId, this.#abort.signal);
    if (!this.#prepared) return ask();
    const aborted = Promise.withResolvers<never>();
    this.#abort.signal.addEventListener("abort", () => aborted.reject(this.#abort.signal.reason), { once: true });
    aborted.promise.catch(() => {});
    return Promise.race([this.#prepared.admission.catch(ask), aborted.promise]);
  }

  #enter(step: StepId): void {
    this.progress.value = enterStep(this.progress.value, step, performance.now());
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const left = timeLeft(this.progress.value, performance.now());
    this.#timer = setTimeout(() => this.#abort.abort(new StepTimeout()), left);
  }

  async #orAbort<T>(promise: Promise<T>): Promise<T> {
    const { signal: abort } = this.#abort;
    const aborted = new Promise<never>((_, reject) => {
      abort.addEventListener("abort", () => reject(abort.reason), { once: true });
    });
    try {
      return await Promise.race([promise, aborted]);
    } catch {
      throw new JoinBroken({ step: "server", what: "app" });
    }
  }

  #factsOf(thrown: unknown): JoinFacts {
    if (thrown instanceof JoinBroken) return thrown.facts;
    console.error("join", thrown);
    return thrown instanceof StepTimeout
      ? { step: "finding", what: "unanswered" }
      : { step: "finding", what: "garbled" };
  }
}
