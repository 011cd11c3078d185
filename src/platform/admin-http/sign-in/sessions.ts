import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "#base";
import type { Account } from "../accounts/file.ts";

/** A session ends then, whatever it does. */
const LONGEST_MS = 12 * 3_600_000;
/** Of one account; the one that was longest idle goes first. */
const MAX_OF_ACCOUNT = 20;
/** An enrolment that was begun must be confirmed within this time. */
const ENROLMENT_MS = 10 * 60_000;

export interface Session {
  /** SHA-256 of the id: whoever reads our memory or a dump of it cannot use it. */
  readonly key: string;
  readonly name: string;
  /** A changed password ends the session. */
  readonly passwordHash: string;
  readonly createdAt: number;
  seenAt: number;
  enrolment: { readonly secret: string; readonly until: number } | undefined;
}

interface AccountBook {
  find(name: string): Account | undefined;
}

export class Sessions {
  readonly #accounts: AccountBook;
  readonly #idleMs: number;
  readonly #clock: Clock;
  readonly #byKey = new Map<string, Session>();

  constructor(accounts: AccountBook, idleMs: number, clock: Clock) {
    this.#accounts = accounts;
    this.#idleMs = idleMs;
    this.#clock = clock;
  }

  /** The id, for the cookie: 256 random bits, never one that the browser brought. */
  open({ name, passwordHash }: Account): string {
    const own = [...this.#byKey.values()].filter((session) => session.name === name);
    const longestIdle = own.toSorted((a, b) => a.seenAt - b.seenAt);
    for (const { key } of longestIdle.slice(0, Math.max(0, own.length - MAX_OF_ACCOUNT + 1))) this.#byKey.delete(key);
    const id = randomBytes(32).toString("base64url");
    const now = this.#clock.now();
    const key = keyOf(id);
    this.#byKey.set(key, { key, name, passwordHash, createdAt: now, seenAt: now, enrolment: undefined });
    return id;
  }

  /** The live session of that id. */
  find(id: string): Session | undefined {
    const session = this.#byKey.get(keyOf(id));
    return session && this.isLive(session) ? session : undefined;
  }

  isLive(session: Session): boolean {
    const { key, name, passwordHash, createdAt, seenAt } = session;
    const now = this.#clock.now();
    const inTime = now - seenAt < this.#idleMs && now - createdAt < LONGEST_MS;
    if (!inTime || this.#byKey.get(key) !== session) return false;
    const account = this.#accounts.find(name);
    return account?.passwordHash === passwordHash && account.role !== "api";
  }

  /** It does something: the idle time begins anew. */
  touch(session: Session): void {
    session.seenAt = this.#clock.now();
  }

  /** When it ends if nothing is done, and at the latest. Milliseconds since 1970. */
  endsOf({ seenAt, createdAt }: Session): { readonly idleEnd: number; readonly latestEnd: number } {
    return { idleEnd: seenAt + this.#idleMs, latestEnd: createdAt + LONGEST_MS };
  }

  enrol(session: Session, secret: string): void {
    session.enrolment = { secret, until: this.#clock.now() + ENROLMENT_MS };
  }

  /** The secret of an enrolment that has been begun lately. */
  enrolling({ enrolment }: Session): string | undefined {
    return enrolment && this.#clock.now() < enrolment.until ? enrolment.secret : undefined;
  }

  end({ key }: Session): void {
    this.#byKey.delete(key);
  }

  endOthers(session: Session): void {
    for (const { key, name } of [...this.#byKey.values()])
      if (name === session.name && key !== session.key) this.#byKey.delete(key);
  }

  /** Forgets those that have ended. Returns their names. */
  sweep(): readonly string[] {
    const ended = [...this.#byKey.values()].filter((session) => !this.isLive(session));
    for (const { key } of ended) this.#byKey.delete(key);
    return ended.map(({ name }) => name);
  }
}

function keyOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url");
}
