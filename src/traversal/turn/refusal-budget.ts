import { sourceNetwork } from "#base";

/** Answers per second to one source that has not authenticated: enough for the guests behind one NAT, too few to be of use as a reflector. */
export const ANSWERS_PER_SECOND = 20;
/** Sources remembered within a second; beyond that nobody unknown is answered. */
const MAX_SOURCES = 20_000;

/** Limits what strangers, or someone who writes their addresses, can make us send. The port does not count; IPv6 counts by /64. */
export class RefusalBudget {
  readonly #spent = new Map<string, number>();
  #second = 0;

  /** False if the source must not be answered now. */
  spend(address: string, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) this.#spent.clear();
    this.#second = second;
    const source = sourceNetwork(address);
    const spent = this.#spent.get(source) ?? 0;
    if (spent >= ANSWERS_PER_SECOND || (spent === 0 && this.#spent.size >= MAX_SOURCES)) return false;
    this.#spent.set(source, spent + 1);
    return true;
  }
}
