import type { Choices } from "./palette.ts";

export type HandleKind = "plane" | "context" | "connection" | "udp" | "batch" | "aead" | "hmac";

/** Of each kind. Above it the oldest is closed. */
const MOST_OPEN = 5;
/** Closed ones are kept, to be used again. */
const MOST_CLOSED = 20;

interface Known {
  readonly kind: HandleKind;
  readonly handle: object;
}

/** The handles that the addon has given, and what else arguments are made of. */
export class Handles {
  readonly ports: readonly number[];
  readonly wake: () => void;
  readonly #closers: Partial<Record<HandleKind, (handle: object) => void>>;
  #open: Known[] = [];
  #closed: Known[] = [];
  #kept: object | undefined;

  constructor(
    ports: readonly number[],
    wake: () => void,
    closers: Partial<Record<HandleKind, (handle: object) => void>>,
  ) {
    this.ports = ports;
    this.wake = wake;
    this.#closers = closers;
  }

  /** A plane that is never closed. */
  keep(plane: object): void {
    this.#kept = plane;
  }

  opened(kind: HandleKind, handle: object): void {
    this.#open.push({ kind, handle });
    const same = this.#open.filter((one) => one.kind === kind);
    if (same.length <= MOST_OPEN) return;
    this.#close(same[0]!);
  }

  /** Of those that nobody closes, nothing is left: they go with the garbage. */
  closed(handle: object): void {
    const known = this.#open.find((one) => one.handle === handle);
    if (!known) return;
    this.#open = this.#open.filter((one) => one !== known);
    if (!this.#closers[known.kind]) return;
    this.#closed.push(known);
    if (this.#closed.length > MOST_CLOSED) this.#closed.shift();
  }

  stateOf(kind: HandleKind, value: unknown): "open" | "closed" | undefined {
    if (kind === "plane" && value !== undefined && value === this.#kept) return "open";
    if (this.#open.some((one) => one.kind === kind && one.handle === value)) return "open";
    return this.#closed.some((one) => one.kind === kind && one.handle === value) ? "closed" : undefined;
  }

  /** `toUse`: not to be closed. */
  some(kind: HandleKind, random: Choices, toUse: boolean): unknown {
    const found = this.#open.filter((one) => one.kind === kind).map(({ handle }) => handle);
    if (kind === "plane" && toUse && this.#kept && (found.length === 0 || !random.chance(3))) return this.#kept;
    return found.length === 0 ? undefined : random.pick(found);
  }

  /** Of any kind, open or closed, but for the plane that is kept. */
  any(random: Choices): unknown {
    const all = [...this.#open, ...this.#closed];
    return all.length === 0 ? undefined : random.pick(all).handle;
  }

  /** It is still open, but nobody has it any more. */
  forget(kind: HandleKind): void {
    const known = this.#open.find((one) => one.kind === kind);
    this.#open = this.#open.filter((one) => one !== known);
  }

  /** Closes all but the plane that is kept. */
  closeAll(): void {
    for (const known of this.#open) this.#close(known);
  }

  #close({ kind, handle }: Known): void {
    this.#closers[kind]?.(handle);
    this.closed(handle);
  }
}
