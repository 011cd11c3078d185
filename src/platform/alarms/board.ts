import { randomUUID } from "node:crypto";
import type { Clock } from "#base";
import type { Alarm, Alarms, RaisedAlarm } from "./contract.ts";

type Past = Alarm & { readonly clearedAt: number };
type Listener = (alarm: Alarm, what: "raised" | "changed" | "cleared") => void;

const MOST_PAST = 100;

/** The alarms of one process. They live in memory: what is still wrong after a restart is noticed again. */
export class AlarmBoard implements Alarms {
  readonly #clock: Clock;
  readonly #current = new Map<string, Alarm>();
  readonly #past: Past[] = [];
  readonly #listeners = new Set<Listener>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  raise(alarm: RaisedAlarm): void {
    const key = keyOf(alarm.type, alarm.subject);
    const known = this.#current.get(key);
    const { text, remedy, failureReason } = alarm;
    if (known && known.text === text && known.remedy === remedy && known.failureReason === failureReason) return;
    const { type, subject } = alarm;
    const { id, raisedAt } = known ?? { id: randomUUID(), raisedAt: this.#clock.now() };
    const raised: Alarm = { id, type, subject, failureReason, text, remedy, raisedAt };
    this.#current.set(key, raised);
    this.#tell(raised, known ? "changed" : "raised");
  }

  clear(type: string, subject?: Alarm["subject"]): void {
    const key = keyOf(type, subject);
    const alarm = this.#current.get(key);
    if (!alarm) return;
    this.#current.delete(key);
    this.#past.unshift({ ...alarm, clearedAt: this.#clock.now() });
    this.#past.length = Math.min(this.#past.length, MOST_PAST);
    this.#tell(alarm, "cleared");
  }

  /** A changed alarm keeps its place, as Map does. */
  current(): readonly Alarm[] {
    return [...this.#current.values()];
  }

  past(): readonly Past[] {
    return [...this.#past];
  }

  onChange(listener: Listener): () => void {
    // Wrapped, so that the same function may listen twice and end once.
    const own: Listener = (alarm, what) => listener(alarm, what);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  #tell(alarm: Alarm, what: "raised" | "changed" | "cleared"): void {
    for (const listener of [...this.#listeners]) listener(alarm, what);
  }
}

function keyOf(type: string, subject: Alarm["subject"]): string {
  return JSON.stringify([type, subject?.noun, subject?.id]);
}
