import { type JoinReply, requestAdmission, type Wish } from "./admission.ts";
import { returningToken } from "./returning.ts";
import { newTraceId } from "./trace.ts";

export interface Prepared {
  readonly traceId: string;
  readonly reply: Promise<JoinReply>;
}

/** How long an admission that was asked for in advance is used, in ms. Its token is good for minutes. */
const FRESH_FOR = 60_000;

/**
 * Asks for the admission while the person still looks at the form, which takes a round trip off the join. Only for links
 * with a secret: those are not guesses. One refusal ends it, so that a bad link does not use up the tries of the network.
 */
export class Preparation {
  #ready: (Prepared & { readonly key: string; readonly at: number }) | undefined;
  #settled = false;

  prepare(wish: Wish): void {
    if (!wish.secret || this.#settled || this.#fresh(wish)) return;
    const traceId = newTraceId();
    const reply = requestAdmission({ ...wish, ahead: true }, traceId, AbortSignal.timeout(6000), returningToken(wish));
    const ready = { traceId, reply, key: keyOf(wish), at: performance.now() };
    this.#ready = ready;
    reply.then(
      // It is asked again at the click: asking more often would not change it.
      ({ result }) => {
        this.#settled ||= result === "waiting";
      },
      () => {
        this.#settled = true;
        if (this.#ready === ready) this.#ready = undefined;
      },
    );
  }

  /** For one join only: an admission names one participant. */
  take(wish: Wish): Prepared | undefined {
    const ready = this.#fresh(wish);
    this.#ready = undefined;
    return ready;
  }

  #fresh(wish: Wish): Prepared | undefined {
    const ready = this.#ready;
    return ready && ready.key === keyOf(wish) && performance.now() - ready.at < FRESH_FOR ? ready : undefined;
  }
}

function keyOf({ callId, name, secret }: Wish): string {
  return JSON.stringify([callId, name, secret]);
}
