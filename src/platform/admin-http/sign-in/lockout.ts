import { type Clock, RateLimit, sourceNetwork } from "#base";
import { LimitError } from "../errors.ts";

const WINDOW_MS = 15 * 60_000;
const LOCKED_MS = 15 * 60_000;
const MAX_FAILURES = 10;
/** Of one network for all names together, in a minute: guessing over many names, and the work of the hashes. */
const MAX_OF_NETWORK = 60;
/** While an account is under attack, a network that has not signed in to it waits this long for each try. */
const SLOWED_MS = 3000;
/** Names and networks that are remembered; the oldest are forgotten first. */
const MAX_KEYS = 20_000;
const MAX_NETWORKS = 50;

/** What a try ended with. "neither": the password was right, and something else was missing. */
export type Outcome = "right" | "wrong" | "neither";

/**
 * Makes guessing slow without giving an attacker the means to keep the administrator out:
 *
 * - Ten failures for one account from one network within 15 minutes: this network is locked out of this account for 15
 *   minutes, also with the right password. Other networks are not.
 * - Ten failures for one account from anywhere: a network from which nobody has signed in to it has one try every 3 s,
 *   one after the other. So a thousand addresses get no thousand tries at once, and the right password always works.
 * - Sixty failures a minute of one network for any names: it has to wait.
 *
 * Names that do not exist are counted in the same way. Who shares the attacker's network has the command line left.
 */
export class Lockout {
  readonly #clock: Clock;
  readonly #ofNetwork: RateLimit;
  readonly #pairs = new Failures();
  readonly #names = new Failures();
  /** Networks from which the owner of an account has come since the start. */
  readonly #homes = new Map<string, Set<string>>();
  readonly #busy = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#ofNetwork = new RateLimit(MAX_OF_NETWORK, 60_000, clock);
  }

  /**
   * Throws ADMIN_LOCKED_OUT or ADMIN_TOO_MANY_REQUESTS, else runs the try, after a pause if the account is under attack.
   * What the try throws counts as "neither".
   */
  async attempt<T>(
    name: string,
    from: string,
    pause: (ms: number) => Promise<void>,
    run: () => Promise<{ readonly outcome: Outcome; readonly value: T }>,
  ): Promise<T> {
    const network = sourceNetwork(from);
    const pair = `${network} ${name}`;
    const locked = this.#pairs.lockedFor(pair, this.#clock.now());
    if (locked > 0) throw new LimitError("ADMIN_LOCKED_OUT", network, locked);
    const seconds = this.#ofNetwork.take(network);
    if (seconds > 0) throw new LimitError("ADMIN_TOO_MANY_REQUESTS", network, seconds);
    if (!this.#isSlowed(name, network)) return this.#run(name, network, pair, run);
    if (this.#busy.has(pair)) throw new LimitError("ADMIN_TOO_MANY_REQUESTS", network, SLOWED_MS / 1000);
    this.#busy.add(pair);
    try {
      await pause(SLOWED_MS);
      return await this.#run(name, network, pair, run);
    } finally {
      this.#busy.delete(pair);
    }
  }

  #isSlowed(name: string, network: string): boolean {
    return this.#names.count(name, this.#clock.now()) >= MAX_FAILURES && !this.#homes.get(name)?.has(network);
  }

  async #run<T>(
    name: string,
    network: string,
    pair: string,
    run: () => Promise<{ readonly outcome: Outcome; readonly value: T }>,
  ): Promise<T> {
    const { outcome, value } = await run();
    const now = this.#clock.now();
    if (outcome === "wrong") {
      this.#names.add(name, now);
      if (this.#pairs.add(pair, now) >= MAX_FAILURES) this.#pairs.lock(pair, now + LOCKED_MS);
    } else if (outcome === "right") {
      this.#ofNetwork.giveBack(network);
      this.#pairs.clear(pair);
      this.#welcome(name, network);
    }
    return value;
  }

  #welcome(name: string, network: string): void {
    const homes = this.#homes.get(name) ?? new Set();
    homes.delete(network);
    homes.add(network);
    if (homes.size > MAX_NETWORKS) homes.delete(homes.values().next().value!);
    this.#homes.set(name, homes);
  }
}

/** Times of failures within the window, and until when a key is locked. */
class Failures {
  readonly #byKey = new Map<string, { times: readonly number[]; lockedUntil: number }>();

  /** How many there are now, with this one. */
  add(key: string, now: number): number {
    const { lockedUntil = 0 } = this.#byKey.get(key) ?? {};
    const times = [...this.#recent(key, now), now].slice(-MAX_FAILURES);
    this.#byKey.delete(key);
    this.#byKey.set(key, { times, lockedUntil });
    if (this.#byKey.size > MAX_KEYS) this.#byKey.delete(this.#byKey.keys().next().value!);
    return times.length;
  }

  count(key: string, now: number): number {
    return this.#recent(key, now).length;
  }

  lock(key: string, lockedUntil: number): void {
    this.#byKey.set(key, { times: [], lockedUntil });
  }

  clear(key: string): void {
    this.#byKey.delete(key);
  }

  /** Seconds; 0 if it is not locked. */
  lockedFor(key: string, now: number): number {
    return Math.max(0, Math.ceil(((this.#byKey.get(key)?.lockedUntil ?? 0) - now) / 1000));
  }

  #recent(key: string, now: number): readonly number[] {
    return (this.#byKey.get(key)?.times ?? []).filter((at) => at > now - WINDOW_MS);
  }
}
