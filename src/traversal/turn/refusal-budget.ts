import { canonicalAddress } from "#base";

/** Answers per second to one source that has not authenticated: enough for the guests behind one NAT, too few to be of use as a reflector. */
const PER_SECOND = 20;
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
    const source = sourceOf(address);
    const spent = this.#spent.get(source) ?? 0;
    if (spent >= PER_SECOND || (spent === 0 && this.#spent.size >= MAX_SOURCES)) return false;
    this.#spent.set(source, spent + 1);
    return true;
  }
}

export function sourceOf(address: string): string {
  const canonical = canonicalAddress(address) ?? address;
  return canonical.includes(":") ? expand(canonical).slice(0, 4).join(":") : canonical;
}

/** The groups of an IPv6 address, "::" written out as far as the first four need it. */
function expand(address: string): string[] {
  const [head = "", tail] = address.split("::");
  const left = head ? head.split(":") : [];
  if (tail === undefined) return left;
  const right = tail ? tail.split(":") : [];
  return [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
}
