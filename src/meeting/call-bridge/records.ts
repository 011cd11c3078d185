import type { LeftWhy } from "#conference";
import type { Call } from "./call.ts";
import type { CallListener } from "./call-contract.ts";
import type { Client } from "./client.ts";
import type { CallLegView, CallRecord } from "./control-contract.ts";
import type { MediaNumbers } from "./media-numbers.ts";
import { callView, legView } from "./views.ts";

/** Counts and tells what happens to calls and their legs. */
export class Records implements CallListener {
  readonly #listeners = new Set<(record: CallRecord) => void>();
  readonly #numbers: () => MediaNumbers;
  /** What was last told of a leg, for updates that say something new. */
  readonly #told = new Map<string, string>();
  active = 0;
  maxActive = 0;
  completed = 0;

  constructor(numbers: () => MediaNumbers) {
    this.#numbers = numbers;
  }

  listen(listener: (record: CallRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  begun(call: Call): void {
    this.#tell({ type: "callStart", at: call.clock.now(), call: callView(call) });
  }

  ended(call: Call): void {
    const at = call.clock.now();
    const durationSeconds = seconds(call.startedAt, at);
    const { legsCompleted: callLegsCompleted } = call;
    this.#tell({ type: "callEnd", at, call: callView(call), callLegsCompleted, durationSeconds });
  }

  legStarted(call: Call, client: Client): void {
    this.active++;
    this.maxActive = Math.max(this.maxActive, this.active);
    const leg = this.#leg(call, client);
    this.#told.set(leg.id, worthTelling(leg));
    this.#tell({ type: "callLegStart", at: call.clock.now(), leg, call: callView(call) });
  }

  legChanged(call: Call, client: Client): void {
    const leg = this.#leg(call, client);
    const now = worthTelling(leg);
    if (this.#told.get(leg.id) === now) return;
    this.#told.set(leg.id, now);
    this.#tell({ type: "callLegUpdate", at: call.clock.now(), leg, call: callView(call) });
  }

  legEnded(call: Call, client: Client, why: LeftWhy): void {
    this.active--;
    this.completed++;
    this.#told.delete(client.legId);
    const at = call.clock.now();
    const leg = this.#leg(call, client);
    const durationSeconds = seconds(client.startedAt, at);
    const reason = why === "deactivated" ? "removed" : why;
    this.#tell({ type: "callLegEnd", at, leg, call: callView(call), durationSeconds, reason });
  }

  /** Also of a client that is no longer, or not yet, the attendee's present one. */
  #leg(call: Call, client: Client): CallLegView {
    const view = legView(call, client.attendee, this.#numbers());
    const media = this.#numbers().ofLeg(call, client.sid);
    return { ...view, id: client.legId, client: client.client, startedAt: client.startedAt, media };
  }

  #tell(record: CallRecord): void {
    for (const listener of [...this.#listeners]) listener(record);
  }
}

/** Path, state and host's changes; not the numbers, which change always. */
function worthTelling({ state, path, rules, name }: CallLegView): string {
  return JSON.stringify([state, path, rules, name]);
}

function seconds(from: number, to: number): number {
  return Math.floor((to - from) / 1000);
}
