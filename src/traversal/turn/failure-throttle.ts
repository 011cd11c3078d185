import { sourceNetwork } from "#base";

/** Wrong passwords within a minute: from one source, and for one local user from anywhere. */
const PER_SOURCE = 60;
const PER_USER = 120;
const MINUTE = 60_000;
/** Sources and users remembered; beyond that the oldest is forgotten. */
const MAX_REMEMBERED = 20_000;

/**
 * Ends the guessing of local users' passwords: who failed too often within a minute is not checked again until it is over,
 * so that the right guess looks like a wrong one. Short-term passwords are MACs of 160 bits, which nobody guesses; a
 * company behind one address that has an old secret must not lock its own good clients out.
 */
export class FailureThrottle {
  readonly #failures = new Map<string, { count: number; since: number }>();

  isBlocked(address: string, username: string, now: number): boolean {
    return this.#of(`from ${sourceNetwork(address)}`, now) >= PER_SOURCE || this.#of(`as ${username}`, now) >= PER_USER;
  }

  failed(address: string, username: string, now: number): void {
    for (const key of [`from ${sourceNetwork(address)}`, `as ${username}`]) {
      const count = this.#of(key, now);
      const since = count === 0 ? now : this.#failures.get(key)!.since;
      this.#failures.delete(key);
      this.#failures.set(key, { count: count + 1, since });
    }
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MAX_REMEMBERED) this.#failures.delete(oldest!);
  }

  #of(key: string, now: number): number {
    const entry = this.#failures.get(key);
    return entry && now - entry.since < MINUTE ? entry.count : 0;
  }
}
