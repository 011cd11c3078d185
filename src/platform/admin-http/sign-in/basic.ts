import { createHmac, randomBytes } from "node:crypto";
import { type Clock, sourceNetwork } from "#base";
import type { Account } from "../accounts/file.ts";

/** A program that asks a thousand times pays for one hash a minute. */
const REMEMBERED_MS = 60_000;
const MAX_REMEMBERED = 1000;

export interface BasicCredentials {
  readonly name: string;
  readonly password: string;
}

/** RFC 7617; some clients of the CMS API leave the space out. Undefined for anything else. */
export function readBasic(authorization: string | undefined): BasicCredentials | undefined {
  const [, encoded] = /^Basic\s*([A-Za-z0-9+/=]+)\s*$/i.exec(authorization ?? "") ?? [];
  if (!encoded) return undefined;
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  return name === undefined || password === undefined ? undefined : { name, password };
}

/**
 * Right credentials, for a minute, so that not each request costs a hash. Kept under an HMAC with a key that dies with
 * the process, so that memory holds nothing that could be guessed offline; and under the network, so that nobody who is
 * locked out elsewhere learns from it.
 */
export class BasicCache {
  readonly #key = randomBytes(32);
  readonly #clock: Clock;
  readonly #entries = new Map<string, { readonly until: number; readonly account: Promise<Account | undefined> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What `check` said within the last minute; wrong ones are forgotten at once. The same question is asked once at a time. */
  async ask(
    authorization: string,
    from: string,
    check: () => Promise<Account | undefined>,
  ): Promise<Account | undefined> {
    const key = createHmac("sha256", this.#key)
      .update(`${sourceNetwork(from)} ${authorization}`)
      .digest("base64url");
    const now = this.#clock.now();
    const known = this.#entries.get(key);
    if (known && now < known.until) return known.account;
    const entry = { until: now + REMEMBERED_MS, account: check() };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > MAX_REMEMBERED) this.#entries.delete(this.#entries.keys().next().value!);
    const forget = () => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    };
    try {
      const account = await entry.account;
      if (!account) forget();
      return account;
    } catch (error) {
      forget();
      throw error;
    }
  }
}
