import type { Duplex } from "node:stream";
import type { Connection } from "ssh2";
import type { Scope } from "#base";
import type { EdgeRules } from "./edge-rules.ts";
import { onPong, ping } from "./ssh2-inside.ts";

/** Signs of life of one core's connection, seen from the edge: when it was last heard, how long its answers take. */
export class Vitals {
  rttMs: number | undefined;
  /** When it came; monotonic µs. */
  readonly sinceUs: number;
  readonly #stream: Duplex & { readonly bytesRead?: number; readonly bytesWritten?: number };
  readonly #rules: Pick<EdgeRules, "clock" | "limits">;
  /** When the probes went out that have no answer yet, oldest first; monotonic µs. */
  readonly #asked: number[] = [];
  #unanswered = 0;
  #bytes = 0;
  #heardAt: number;
  #doubted = false;

  constructor(stream: Duplex, rules: Pick<EdgeRules, "clock" | "limits">) {
    this.#stream = stream;
    this.#rules = rules;
    this.sinceUs = this.#heardAt = rules.clock.monotonicUs();
  }

  get bytesIn(): number {
    return this.#stream.bytesRead ?? 0;
  }
  get bytesOut(): number {
    return this.#stream.bytesWritten ?? 0;
  }
  /** Monotonic µs; as exact as the time between two probes. */
  get heardAt(): number {
    return this.#heardAt;
  }
  /** False if it should answer by now and does not: others go first. */
  get fresh(): boolean {
    return !this.#doubted && this.#unanswered <= 1;
  }
  /** A channel was not answered in time. The next sign of life clears that. */
  doubt(): void {
    this.#doubted = true;
  }

  /** Asks for a sign of life every `probeMs`; calls `silent` once after `silenceMs` without one. */
  watch(scope: Scope, connection: Connection, silent: () => void): void {
    const { clock, limits } = this.#rules;
    // Probes are counted, and not time: after a stall of this process the answers are there, only unread.
    const most = Math.ceil(limits.silenceMs / limits.probeMs);
    onPong(connection, () => {
      const asked = this.#asked.shift();
      if (asked !== undefined) this.rttMs = (clock.monotonicUs() - asked) / 1000;
      this.#heard();
    });
    const probe = () => {
      // Behind megabytes on a slow line an answer may be late while other bytes come.
      if (this.bytesIn !== this.#bytes) this.#heard();
      this.#bytes = this.bytesIn;
      if (this.#unanswered++ >= most) return silent();
      this.#asked.push(clock.monotonicUs());
      ping(connection);
    };
    probe();
    scope.every(limits.probeMs, probe);
  }

  #heard(): void {
    this.#unanswered = 0;
    this.#doubted = false;
    this.#heardAt = this.#rules.clock.monotonicUs();
  }
}
