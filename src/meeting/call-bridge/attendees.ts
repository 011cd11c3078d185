import type { Clock } from "#base";
import type { LeftWhy } from "#conference";
import { Attendee, type AttendeeOptions } from "./attendee.ts";
import { EXPECTED_MS, LOBBY, MAX_ABSENT } from "./limits.ts";
import { type Gate, gateFor, type WaitWhy } from "./lobby-gate.ts";

/** Codes with which someone is kept from coming back as the same participant. */
export type Barred = "LOBBY_REFUSED" | "CALL_REMOVED";

/** Verdicts that are remembered in one call; the oldest are forgotten. */
const MAX_BARRED = 500;

export interface AttendeesOptions {
  readonly clock: Clock;
  readonly gate: () => Gate;
  /** Someone began to wait, or does not wait any more. */
  readonly onLobby: (one: Attendee, what: "waits" | "let-in" | "gone") => void;
}

/** Everybody who has to do with one call, and where each stands. The lobby is those who wait. */
export class Attendees {
  readonly #byIdentity = new Map<string, Attendee>();
  readonly #barred = new Map<string, Barred>();
  readonly #options: AttendeesOptions;

  constructor(options: AttendeesOptions) {
    this.#options = options;
  }

  get all(): readonly Attendee[] {
    return [...this.#byIdentity.values()];
  }

  get waiting(): readonly Attendee[] {
    return this.all.filter(({ standing }) => standing.state === "lobby");
  }

  get present(): readonly Attendee[] {
    return this.all.filter(({ standing }) => standing.state === "present");
  }

  get expected(): readonly Attendee[] {
    return this.all.filter(({ standing }) => standing.state === "expected");
  }

  withIdentity(identity: string): Attendee | undefined {
    return this.#byIdentity.get(identity);
  }

  /** By the id of the participant or of its call leg. */
  withId(id: string): Attendee | undefined {
    return this.all.find((one) => one.id === id || one.legId === id);
  }

  barred(identity: string): Barred | undefined {
    return this.#barred.get(identity);
  }

  /** Someone new, who comes in or waits as the gate says. */
  add(options: Omit<AttendeeOptions, "standing">): Attendee {
    const since = this.#options.clock.now();
    const one = new Attendee({ ...options, standing: { state: "expected", since } });
    this.#byIdentity.set(one.identity, one);
    this.judge(one);
    this.#forgetOldest();
    return one;
  }

  /** Someone asks again whether it may come in: it was away, was never seen, or waits already. */
  judge(one: Attendee): void {
    const { state } = one.standing;
    if (state === "present" || (state === "lobby" && one.standing.why === "sent-back")) return;
    const verdict = gateFor(one, this.#options.gate());
    if (verdict === "open") this.expect(one);
    else this.wait(one, verdict);
  }

  /** Looks again at all who wait: an activator came, the lock was changed, their rules are others. */
  judgeAll(): void {
    for (const one of this.waiting) this.judge(one);
  }

  /** Whether someone who shows an access token is let in with it now. */
  mayEnter(one: Attendee): boolean {
    if (one.standing.state === "present") return true;
    if (one.standing.state === "lobby") return false;
    // Whoever was admitted may have looked at the form until after the lock was set, or the last host was gone.
    return gateFor(one, this.#options.gate()) === "open";
  }

  expect(one: Attendee): void {
    const waited = one.standing.state === "lobby";
    one.standing = { state: "expected", since: this.#options.clock.now() };
    if (waited) this.#options.onLobby(one, "let-in");
    one.tell();
  }

  wait(one: Attendee, why: WaitWhy): void {
    const now = this.#options.clock.now();
    const before = one.standing;
    if (before.state === "lobby" && before.why === why) return;
    const since = before.state === "lobby" ? before.since : now;
    one.standing = { state: "lobby", since, why };
    if (why === "sent-back") one.letIn = false;
    if (before.state !== "lobby") one.heardAt = now;
    this.#options.onLobby(one, "waits");
    one.tell();
  }

  enter(one: Attendee, sid: string): void {
    one.wasIn = true;
    one.standing = { state: "present", sid, since: this.#options.clock.now() };
    one.tell();
  }

  /** Its session `sid` is over. What comes of it depends on why; a session that was replaced changes nothing. */
  leave(one: Attendee, sid: string, why: LeftWhy): void {
    if (one.standing.state !== "present" || one.standing.sid !== sid) return;
    if (why === "removed") return void this.bar(one, "CALL_REMOVED");
    one.standing = { state: "away", since: this.#options.clock.now() };
    this.#forgetOldest();
  }

  /** Forgets it for good: its tokens are dead, and the lobby says why. */
  bar(one: Attendee, why: Barred): void {
    this.#barred.set(one.identity, why);
    if (this.#barred.size > MAX_BARRED) this.#barred.delete(this.#barred.keys().next().value!);
    this.forget(one);
  }

  forget(one: Attendee): void {
    this.#byIdentity.delete(one.identity);
    if (one.standing.state === "lobby") this.#options.onLobby(one, "gone");
    one.tell();
  }

  /** Forgets those who have stopped asking for news, and those who never connected. */
  tick(): void {
    const now = this.#options.clock.now();
    for (const one of this.all) {
      const silent = one.standing.state === "lobby" && one.polls.size === 0 && one.heardAt <= now - LOBBY.silenceMs;
      const late = one.standing.state === "expected" && one.standing.since <= now - EXPECTED_MS;
      if (late && one.wasIn) one.standing = { state: "away", since: now };
      else if (silent || late) this.forget(one);
    }
  }

  #forgetOldest(): void {
    const absent = this.all.filter(({ standing }) => standing.state === "away" || standing.state === "expected");
    for (const one of absent.slice(0, Math.max(0, absent.length - MAX_ABSENT))) this.forget(one);
  }
}
