import { type Signal, signal } from "@preact/signals";
import type { Preview } from "../devices/preview.ts";
import { entryOfPaste, isCallId, linkPath } from "../model/call-id.ts";
import type { EndReason } from "../model/end-reason.ts";
import { explainFailure, type Failure, type JoinFacts } from "../model/failure.ts";
import { mayPass } from "../model/interruption.ts";
import type { Meeting } from "../model/meeting.ts";
import {
  endProgress,
  enterStep,
  type Progress,
  type StepId,
  startProgress,
  stepsOf,
  timeLeft,
} from "../model/steps.ts";
import { type Admission, JoinBroken, type JoinReply, requestAdmission, type Waiting, type Wish } from "./admission.ts";
import type { Prepared } from "./preparation.ts";
import { rememberReturning, returningToken } from "./returning.ts";
import { newTraceId } from "./trace.ts";

export type Outcome =
  | { readonly outcome: "joined"; readonly meeting: Meeting }
  | { readonly outcome: "waiting"; readonly waiting: Waiting }
  | { readonly outcome: "failed"; readonly failure: Failure }
  | { readonly outcome: "cancelled" };

class StepTimeout extends Error {}

/**
 * livekit-client and the pages of a meeting are most of what this app loads: fetched after the first paint, long before
 * anyone clicks.
 */
export const loadMeeting = () => Promise.all([import("./livekit/open.ts"), import("../views/meeting.tsx")]);

/** How long an answer to why the join has failed is waited for, in ms: all is told within 8 s. */
const WHY_WITHIN = 900;

/** One try to join: every step has a bound, and its end is one outcome. */
export class Attempt {
  readonly traceId: string;
  readonly progress: Signal<Progress> = signal(startProgress(performance.now()));
  readonly space = signal("");
  readonly #prepared: Prepared | undefined;
  readonly #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(prepared?: Prepared, traceId = prepared?.traceId ?? newTraceId()) {
    this.#prepared = prepared;
    this.traceId = traceId;
  }

  cancel(): void {
    this.#abort.abort(new DOMException("cancelled", "AbortError"));
  }

  async run(wish: Wish, preview: Preview, onEnd: (reason: EndReason) => void): Promise<Outcome> {
    this.#arm();
    try {
      const reply = await this.#admission(wish);
      if (reply.result === "waiting") return { outcome: "waiting", waiting: reply };
      const meeting = await this.#enterMeeting(wish, reply, preview, onEnd).catch((thrown) =>
        this.#askWhy(wish, thrown),
      );
      if ("result" in meeting) return { outcome: "waiting", waiting: meeting };
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

  async #enterMeeting(
    wish: Wish,
    admission: Admission,
    preview: Preview,
    onEnd: (reason: EndReason) => void,
  ): Promise<Meeting> {
    const library = loadMeeting();
    library.catch(() => {});
    rememberReturning(wish, admission.token);
    this.space.value = admission.space.name;
    this.#enter("server");
    const [{ openMeeting }] = await this.#orAbort(library);
    const link =
      wish.share ?? new URL(linkPath({ callId: callIdOf(wish, admission), secret: wish.secret }), location.origin).href;
    return openMeeting({
      admission,
      link,
      isOwnLink: wish.share === undefined && wish.secret !== undefined,
      callId: (wish.share && entryOfPaste(wish.share).callId) || callIdOf(wish, admission),
      preview,
      enter: (step) => this.#enter(step),
      join: () => ({ traceId: this.traceId, steps: stepsOf(this.progress.value) }),
      onEnd,
      signal: this.#abort.signal,
    });
  }

  /**
   * The meeting was locked between the admission and the socket, which is refused then: to the lobby. Or there is no way
   * for media any more: no fault of this network's.
   */
  async #askWhy(wish: Wish, thrown: unknown): Promise<Waiting> {
    if (!(thrown instanceof JoinBroken) || !isWorthAsking(thrown.facts)) throw thrown;
    const reply = await this.#ask(wish, AbortSignal.timeout(WHY_WITHIN)).catch((why: unknown) => why);
    if (reply instanceof JoinBroken && reply.facts.step === "finding" && mayPass(explainFailure(reply.facts)))
      throw reply;
    if ((reply as Partial<JoinReply> | undefined)?.result === "waiting") return reply as Waiting;
    throw thrown;
  }

  #ask(wish: Wish, signal = this.#abort.signal): Promise<JoinReply> {
    return requestAdmission(wish, this.traceId, signal, returningToken(wish));
  }

  async #admission(wish: Wish): Promise<JoinReply> {
    const ask = () => this.#ask(wish);
    if (!this.#prepared) return ask();
    const aborted = Promise.withResolvers<never>();
    this.#abort.signal.addEventListener("abort", () => aborted.reject(this.#abort.signal.reason), { once: true });
    aborted.promise.catch(() => {});
    // Whoever is to wait begins to wait now, and not while looking at the form.
    const reply = this.#prepared.reply.then((ahead) => (ahead.result === "waiting" ? ask() : ahead), ask);
    return Promise.race([reply, aborted.promise]);
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

function isWorthAsking(facts: JoinFacts): boolean {
  if (facts.step === "path") return !facts.sentAway;
  return facts.step === "server" && (facts.what === "refused" || facts.what === "closed");
}

/** The Meeting ID by which one came, or the space's; a meeting may have an address only. */
function callIdOf(wish: Wish, { space }: Admission): string {
  return wish.callId ?? (isCallId(space.callId) ? space.callId : "");
}
