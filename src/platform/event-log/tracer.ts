import type { Clock, Scope } from "#base";
import type { Tracing } from "./contract.ts";
import { fail } from "./errors.ts";
import { isSubsystem, SUBSYSTEMS, type Subsystem } from "./subsystems.ts";

const MOST_MINUTES = 1440;

/** Which subsystems are traced and until when; each ends by itself. `say` writes the lines at begin and end. */
export class Tracer {
  readonly #scope: Scope;
  readonly #clock: Clock;
  readonly #say: (text: string) => void;
  readonly #active = new Map<Subsystem, { readonly until: number; readonly timer: { cancel(): void } }>();

  constructor(scope: Scope, clock: Clock, say: (text: string) => void) {
    this.#scope = scope;
    this.#clock = clock;
    this.#say = say;
  }

  isOn(subsystem: string): boolean {
    return this.#active.has(subsystem as Subsystem);
  }

  list(): readonly Tracing[] {
    return Object.keys(SUBSYSTEMS).map((subsystem) => ({
      subsystem,
      until: this.#active.get(subsystem as Subsystem)?.until,
    }));
  }

  set(subsystem: string, minutes: number): void {
    if (!isSubsystem(subsystem))
      throw fail("EVENT_LOG_NO_SUCH_SUBSYSTEM", { subsystem, known: Object.keys(SUBSYSTEMS).join(", ") });
    if (!Number.isInteger(minutes) || minutes < 0 || minutes > MOST_MINUTES)
      throw fail("EVENT_LOG_BAD_DURATION", { minutes });
    if (minutes === 0) this.#end(subsystem, "switched off");
    else this.#begin(subsystem, minutes);
  }

  #begin(subsystem: Subsystem, minutes: number): void {
    this.#active.get(subsystem)?.timer.cancel();
    // Ended by its first run. Not `after`, which would keep the process alive until then.
    const timer = this.#scope.every(minutes * 60_000, () => this.#end(subsystem, "its time is over"));
    this.#active.set(subsystem, { until: this.#clock.now() + minutes * 60_000, timer });
    this.#say(`detailed tracing of "${subsystem}" enabled for ${minutes} minute${minutes === 1 ? "" : "s"}`);
  }

  #end(subsystem: Subsystem, why: string): void {
    const active = this.#active.get(subsystem);
    if (!active) return;
    active.timer.cancel();
    this.#active.delete(subsystem);
    this.#say(`detailed tracing of "${subsystem}" disabled (${why})`);
  }
}
