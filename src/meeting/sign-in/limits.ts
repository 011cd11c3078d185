import { type Clock, RateLimit, sourceNetwork, TurnpikeError } from "#base";
import { signInErrors } from "./errors.ts";

const MINUTE_MS = 60_000;
/** Failures from one network in a minute. */
const PER_SOURCE = 20;
/** Failures for one account from one network in 15 minutes. */
const PER_ACCOUNT_AND_SOURCE = 10;
/** Failures for one account from everywhere in a minute: so slow a guesser gets nowhere, and it soon ends by itself. */
const PER_ACCOUNT = 30;

export class LimitError extends TurnpikeError {
  readonly seconds: number;
  readonly by: string;
  constructor(by: string, seconds: number) {
    super("SIGN_IN_RATE_LIMITED", signInErrors.SIGN_IN_RATE_LIMITED, { by, seconds });
    this.seconds = seconds;
    this.by = by;
  }
}

/**
 * How often a sign-in may fail. The narrow limit is for one account from one network, so that somebody elsewhere cannot
 * lock a user out for long by guessing.
 */
export class SignInLimits {
  readonly #sources: RateLimit;
  readonly #pairs: RateLimit;
  readonly #accounts: RateLimit;

  constructor(clock: Clock) {
    this.#sources = new RateLimit(PER_SOURCE, MINUTE_MS, clock);
    this.#pairs = new RateLimit(PER_ACCOUNT_AND_SOURCE, 15 * MINUTE_MS, clock);
    this.#accounts = new RateLimit(PER_ACCOUNT, MINUTE_MS, clock);
  }

  /** Counts a try before it is made; the function that comes back takes it back. Throws LimitError. */
  take(address: string, account?: string): () => void {
    const network = sourceNetwork(address);
    const limits = [{ by: "network", limit: this.#sources, key: network }];
    if (account !== undefined) {
      const name = account.toLowerCase();
      limits.push({ by: "account", limit: this.#pairs, key: `${network} ${name}` });
      limits.push({ by: "account", limit: this.#accounts, key: name });
    }
    const taken: typeof limits = [];
    const giveBack = () => {
      for (const { limit, key } of taken) limit.giveBack(key);
    };
    for (const entry of limits) {
      const seconds = entry.limit.take(entry.key);
      if (seconds > 0) {
        giveBack();
        throw new LimitError(entry.by, seconds);
      }
      taken.push(entry);
    }
    return giveBack;
  }
}
