import { signal } from "@preact/signals";
import type { Waiting, Wish } from "./call/admission.ts";
import { Attempt, type Outcome } from "./call/attempt.ts";
import { type Snapshot, snapshotOf } from "./call/diagnostics.ts";
import { Interruption } from "./call/interruption.ts";
import { LobbyWait } from "./call/lobby-wait.ts";
import { Preparation, type Prepared } from "./call/preparation.ts";
import { forgetReturning } from "./call/returning.ts";
import { chime } from "./devices/chime.ts";
import { DeviceWish } from "./devices/device-wish.ts";
import { Preview } from "./devices/preview.ts";
import { type Entry, entryOf, linkPath } from "./model/call-id.ts";
import type { EndReason } from "./model/end-reason.ts";
import type { Failure } from "./model/failure.ts";
import { mayPass } from "./model/interruption.ts";
import type { Meeting } from "./model/meeting.ts";
import { type Route, routeOf, signInPath } from "./model/route.ts";
import { endProgress, type Progress, startProgress, stepsOf } from "./model/steps.ts";
import { AccountState } from "./portal/account.ts";

export type Page =
  | { readonly page: "landing"; readonly signedOut?: boolean }
  | { readonly page: "connecting"; readonly attempt: Attempt }
  | { readonly page: "interrupted"; readonly interruption: Interruption }
  | { readonly page: "failed"; readonly progress: Progress; readonly traceId: string; readonly failure: Failure }
  | { readonly page: "lobby"; readonly wait: LobbyWait }
  | { readonly page: "meeting"; readonly meeting: Meeting }
  | { readonly page: "ended"; readonly reason: EndReason; readonly space: string }
  | { readonly page: "portal"; readonly route: PortalRoute };

export type PortalRoute = Exclude<Route, { to: "landing" }>;

/** How long the title tells of being let in to someone who looks at the page, in ms. */
const TELLS_FOR = 5000;
/** A lobby that forgets one again sooner than this, in ms, is asked by a person and not by this page. */
const TOO_SOON = 5000;

/** What the person is doing, and what they may do next. */
export class AppState {
  readonly page = signal<Page>({ page: "landing" });
  readonly entry = signal<Entry>({});
  readonly preview = new Preview();
  readonly account = new AccountState();
  /** One was let in, and may be looking elsewhere. */
  readonly calledIn = signal(false);
  readonly #devices = new DeviceWish(this.preview);
  readonly #preparation = new Preparation();
  readonly #onLanding: () => void;
  #wish: Wish | undefined;
  #forgottenAt = 0;

  /** `onLanding` is called whenever a join may be near. */
  constructor(onLanding: () => void = () => {}) {
    this.#onLanding = onLanding;
  }

  start(): void {
    void this.account.load();
    addEventListener("popstate", () => this.#onPop());
    this.#follow();
  }

  /** To another page of this app. */
  go(path: string, how: "push" | "replace" = "push"): void {
    if (how === "push") history.pushState(null, "", path);
    else history.replaceState(null, "", path);
    this.#follow();
  }

  /** To the form of a meeting, from the page of its space; `share` is the link for guests. */
  goToMeeting(link: string, share: string): void {
    const { pathname, search } = new URL(link, location.origin);
    this.go(pathname + search);
    this.entry.value = { ...this.entry.value, share };
  }

  /** The session is over: to sign in, and back to here afterwards. */
  sessionOver(): void {
    this.account.ended();
    const page = this.page.value;
    // Several requests may find it out, one after another.
    if (page.page === "portal" && page.route.to !== "sign-in") this.go(signInPath(location.pathname), "replace");
  }

  async join(wish: Wish, prepared?: Prepared): Promise<void> {
    this.#wish = wish;
    history.replaceState(null, "", linkPath(wish));
    this.entry.value = entryOfWish(wish);
    this.#devices.note();
    const attempt = new Attempt(prepared ?? this.#preparation.take(wish));
    this.page.value = { page: "connecting", attempt };
    const tryOnce = (one: Attempt) => one.run(wish, this.preview, (reason) => this.#ended(reason));
    const result = await tryOnce(attempt);
    if (result.outcome !== "failed" || !mayPass(result.failure)) return this.#tried(wish, result, attempt);
    const interruption = new Interruption(result.failure, attempt);
    this.page.value = { page: "interrupted", interruption };
    const last = await interruption.run(tryOnce);
    await this.#tried(wish, last, interruption.attempt.value);
  }

  async #tried(wish: Wish, result: Outcome, { progress, traceId }: Attempt): Promise<void> {
    switch (result.outcome) {
      case "joined":
        void this.preview.settled().then(() => this.preview.release());
        this.page.value = { page: "meeting", meeting: result.meeting };
        return;
      case "waiting":
        return this.#waitInLobby(wish, result.waiting);
      case "failed":
        return this.#failed(wish, result.failure, progress.value, traceId);
      case "cancelled":
        this.page.value = { page: "landing" };
    }
  }

  /** The form is filled in: a join is likely. Its timer may go off once more after the click: that would be a second person. */
  prepare(wish: Wish): void {
    if (this.page.value.page === "landing") this.#preparation.prepare(wish);
  }

  /** Again, as before: the devices that were on are on again. */
  async rejoin(): Promise<void> {
    if (!this.#wish) return this.back();
    this.#devices.restore();
    await this.join(this.#wish);
  }

  back(): void {
    this.page.value = { page: "landing" };
    this.#devices.restore();
  }

  /** To a landing page that knows no meeting. */
  otherMeeting(): void {
    history.replaceState(null, "", "/");
    this.entry.value = {};
  }

  diagnostics(): Snapshot {
    const page = this.page.value;
    switch (page.page) {
      case "connecting":
        return snapshotOf(page.page, { traceId: page.attempt.traceId, steps: stepsOf(page.attempt.progress.value) });
      case "interrupted": {
        const { attempt, failure, traceId } = page.interruption;
        const steps = stepsOf(attempt.value.progress.value);
        return snapshotOf(page.page, { traceId, steps, failure: failure.value });
      }
      case "failed":
        return snapshotOf(page.page, { traceId: page.traceId, steps: stepsOf(page.progress), failure: page.failure });
      case "lobby":
        return snapshotOf(page.page, { traceId: page.wait.traceId });
      case "meeting":
        return snapshotOf(page.page, { meeting: page.meeting });
      default:
        return snapshotOf(page.page, {});
    }
  }

  async #waitInLobby(wish: Wish, waiting: Waiting): Promise<void> {
    const wait = new LobbyWait(waiting);
    this.page.value = { page: "lobby", wait };
    const result = await wait.run();
    switch (result.outcome) {
      case "admitted": {
        this.#tellCalledIn();
        const { admission } = result;
        return this.join(wish, { traceId: wait.traceId, reply: Promise.resolve(admission) });
      }
      case "forgotten":
        return this.#joinAfterForgotten(wish);
      case "failed": {
        const progress = endProgress(startProgress(0), "failed", 0);
        return this.#failed(wish, result.failure, progress, wait.traceId);
      }
      case "left":
        return this.back();
      default:
        this.#devices.note();
        this.#devices.stop();
        this.page.value = { page: "ended", reason: result.outcome, space: wait.space.name };
    }
  }

  async #joinAfterForgotten(wish: Wish): Promise<void> {
    const before = this.#forgottenAt;
    this.#forgottenAt = Date.now();
    if (this.#forgottenAt - before < TOO_SOON) this.back();
    else await this.join(wish);
  }

  async #failed(wish: Wish, failure: Failure, progress: Progress, traceId: string): Promise<void> {
    if (failure.code === "CALL_REMOVED") forgetReturning(wish);
    if (failure.code !== "JOIN_SIGNED_OUT") {
      this.page.value = { page: "failed", failure, progress, traceId };
      return;
    }
    await this.account.signOut();
    this.page.value = { page: "landing", signedOut: true };
  }

  #tellCalledIn(): void {
    chime();
    this.calledIn.value = true;
    const told = () => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", told);
      setTimeout(() => {
        this.calledIn.value = false;
      }, TELLS_FOR);
    };
    document.addEventListener("visibilitychange", told);
    told();
  }

  #ended(reason: EndReason): void {
    const page = this.page.value;
    if (page.page !== "meeting") return;
    const { camera, mic } = page.meeting.own.value;
    this.#devices.set({ camera, microphone: mic });
    if (reason === "to-lobby" || reason === "call-gone" || reason === "no-media") return void this.rejoin();
    this.page.value = { page: "ended", reason, space: page.meeting.space.name };
  }

  /** Shows what the address names. */
  #follow(): void {
    const route = routeOf(location.pathname, location.search);
    if (route.to === "landing") {
      this.entry.value = route.entry;
      this.page.value = { page: "landing" };
      this.#devices.restore();
      this.#onLanding();
    } else {
      if (this.page.value.page === "landing") this.#devices.note();
      this.#devices.stop();
      this.page.value = { page: "portal", route };
    }
  }

  /** A meeting is left by its button only: the way back stays where it was. */
  #onPop(): void {
    const { page } = this.page.value;
    const isBusy = page === "meeting" || page === "lobby" || page === "connecting" || page === "interrupted";
    if (isBusy && this.#wish) history.pushState(null, "", linkPath(this.#wish));
    else this.#follow();
  }
}

function entryOfWish({ callId, secret, share }: Wish): Entry {
  const entry = callId === undefined ? {} : entryOf(linkPath({ callId, secret }).split("?")[0]!, "");
  return { ...entry, ...(secret ? { secret } : {}), ...(share ? { share } : {}) };
}
