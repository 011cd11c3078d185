import { signal } from "@preact/signals";
import type { Wish } from "./call/admission.ts";
import { Attempt } from "./call/attempt.ts";
import { type Snapshot, snapshotOf } from "./call/diagnostics.ts";
import { Preparation } from "./call/preparation.ts";
import { Preview } from "./devices/preview.ts";
import { type Entry, entryOf, linkPath } from "./model/call-id.ts";
import type { Failure } from "./model/failure.ts";
import type { EndReason, Meeting } from "./model/meeting.ts";
import { stepsOf } from "./model/steps.ts";

export type Page =
  | { readonly page: "landing" }
  | { readonly page: "connecting"; readonly attempt: Attempt }
  | { readonly page: "failed"; readonly attempt: Attempt; readonly failure: Failure }
  | { readonly page: "meeting"; readonly meeting: Meeting }
  | { readonly page: "ended"; readonly reason: EndReason; readonly space: string };

/** What the guest is doing, and what they may do next. */
export class AppState {
  readonly page = signal<Page>({ page: "landing" });
  readonly entry = signal<Entry>(entryOf(location.pathname, location.search));
  readonly preview = new Preview();
  readonly #preparation = new Preparation();
  #wish: Wish | undefined;
  /** Which devices to start again on a rejoin. */
  #devices = { camera: true, microphone: true };

  async join(wish: Wish): Promise<void> {
    this.#wish = wish;
    history.replaceState(null, "", linkPath(wish));
    this.entry.value = entryOf(location.pathname, location.search);
    this.#devices = { camera: isWanted(this.preview, "camera"), microphone: isWanted(this.preview, "microphone") };
    const attempt = new Attempt(this.#preparation.take(wish));
    this.page.value = { page: "connecting", attempt };
    const result = await attempt.run(wish, this.preview, (reason) => this.#ended(reason));
    if (result.outcome === "joined") {
      void this.preview.settled().then(() => this.preview.release());
      this.page.value = { page: "meeting", meeting: result.meeting };
    } else if (result.outcome === "failed") {
      this.page.value = { page: "failed", attempt, failure: result.failure };
    } else {
      this.page.value = { page: "landing" };
    }
  }

  /** The form is filled in: a join is likely. */
  prepare(wish: Wish): void {
    this.#preparation.prepare(wish);
  }

  /** Again, as before: the devices that were on are on again. */
  async rejoin(): Promise<void> {
    if (!this.#wish) return this.back();
    for (const kind of ["camera", "microphone"] as const)
      if (this.#devices[kind] && !this.preview.track(kind)) void this.preview.start(kind);
    await this.join(this.#wish);
  }

  back(): void {
    this.page.value = { page: "landing" };
    for (const kind of ["camera", "microphone"] as const)
      if (this.#devices[kind] && !this.preview.track(kind)) void this.preview.start(kind);
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
      case "failed":
        return snapshotOf(page.page, {
          traceId: page.attempt.traceId,
          steps: stepsOf(page.attempt.progress.value),
          failure: page.failure,
        });
      case "meeting":
        return snapshotOf(page.page, { meeting: page.meeting });
      default:
        return snapshotOf(page.page, {});
    }
  }

  #ended(reason: EndReason): void {
    const page = this.page.value;
    if (page.page !== "meeting") return;
    this.#devices = { camera: page.meeting.own.value.camera, microphone: page.meeting.own.value.mic };
    this.page.value = { page: "ended", reason, space: page.meeting.space.name };
  }
}

function isWanted(preview: Preview, kind: "camera" | "microphone"): boolean {
  const { state } = preview[kind].value;
  return state === "on" || state === "starting";
}
