import { type Clock, type Log, type Scope, type TurnpikeError, textOf } from "#base";
import type { Accounts } from "../accounts/accounts.ts";
import type { Account } from "../accounts/file.ts";
import type { AuditFacts, AuditTrail } from "../audit.ts";
import { fail } from "../errors.ts";
import { BasicCache, readBasic } from "./basic.ts";
import { Lockout, type Outcome } from "./lockout.ts";
import { totpStep } from "./totp.ts";

export interface Credentials {
  readonly name: string;
  readonly password: string;
  readonly code?: string | undefined;
}

export interface SignInParts {
  readonly scope: Scope;
  readonly accounts: Accounts;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly log: Log;
}

type Verdict = { readonly outcome: Outcome; readonly value: Account | TurnpikeError };

/** Checks passwords and codes, and slows down who guesses. */
export class SignIn {
  readonly #scope: Scope;
  readonly #accounts: Accounts;
  readonly #audit: AuditTrail;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #lockout: Lockout;
  readonly #basic: BasicCache;
  /** Steps of codes that were taken, by the name of the account: two requests at once cannot use one code. */
  readonly #steps = new Map<string, number>();

  constructor({ scope, accounts, audit, clock, log }: SignInParts) {
    this.#scope = scope;
    this.#accounts = accounts;
    this.#audit = audit;
    this.#clock = clock;
    this.#log = log;
    this.#lockout = new Lockout(clock);
    this.#basic = new BasicCache(clock);
  }

  /** For a session. Throws ADMIN_SIGN_IN_FAILED, ADMIN_CODE_NEEDED, ADMIN_CODE_WRONG, ADMIN_API_ONLY or a LimitError. */
  toPages({ name, password, code }: Credentials, from: string): Promise<Account> {
    return this.#attempt(name, from, "session", async () => {
      const account = await this.#accounts.verify(name, password, from);
      if (!account) return wrong(fail("ADMIN_SIGN_IN_FAILED"));
      if (account.role === "api") return { outcome: "neither", value: fail("ADMIN_API_ONLY") };
      if (!account.totp) return { outcome: "right", value: account };
      if (!code) return { outcome: "neither", value: fail("ADMIN_CODE_NEEDED") };
      const taken = await this.takeCode(account.name, account.totp, code);
      return taken ? { outcome: "right", value: account } : wrong(fail("ADMIN_CODE_WRONG"));
    });
  }

  /** The same person again, before something grave. Throws ADMIN_SIGN_IN_FAILED or a LimitError. */
  again(name: string, password: string, from: string): Promise<Account> {
    return this.#attempt(name, from, "session", async () => {
      const account = await this.#accounts.verify(name, password, from);
      return account ? { outcome: "right", value: account } : wrong(fail("ADMIN_SIGN_IN_FAILED"));
    });
  }

  /**
   * For one request. Undefined for wrong credentials, and for an account with a second factor: HTTP Basic carries none.
   * Throws a LimitError.
   */
  async byHeader(authorization: string, from: string): Promise<Account | undefined> {
    const credentials = readBasic(authorization);
    if (!credentials) return undefined;
    const known = await this.#basic.ask(authorization, from, () => this.#basicAttempt(credentials, from));
    // What has changed since it was remembered counts.
    const now = known && this.#accounts.find(known.name);
    return now && now.passwordHash === known.passwordHash && mayUseBasic(now) ? now : undefined;
  }

  /** Takes a code once. False if it is wrong, or was used. */
  async takeCode(
    name: string,
    { secret, lastStep }: { readonly secret: string; readonly lastStep: number },
    code: string,
  ): Promise<boolean> {
    const step = totpStep(secret, code, this.#clock.now(), Math.max(lastStep, this.#steps.get(name) ?? 0));
    if (step === undefined) return false;
    this.#steps.set(name, step);
    await this.#accounts
      .change(name, (account) => (account.totp ? { ...account, totp: { ...account.totp, lastStep: step } } : account))
      // A full disk must not keep the administrator out; until a restart the code is not taken again anyhow.
      .catch((error: unknown) => this.#log.error("used code cannot be noted", { why: textOf(error) }));
    return true;
  }

  async #basicAttempt({ name, password }: Credentials, from: string): Promise<Account | undefined> {
    try {
      return await this.#attempt(name, from, "basic", async () => {
        const account = await this.#accounts.verify(name, password, from);
        if (!account) return wrong(fail("ADMIN_SIGN_IN_FAILED"));
        return mayUseBasic(account) ? { outcome: "right", value: account } : wrong(fail("ADMIN_CODE_NEEDED"));
      });
    } catch (error) {
      const { code } = error as Partial<TurnpikeError>;
      if (code === "ADMIN_SIGN_IN_FAILED" || code === "ADMIN_CODE_NEEDED") return undefined;
      throw error;
    }
  }

  async #attempt(given: string, from: string, via: "session" | "basic", run: () => Promise<Verdict>): Promise<Account> {
    const name = given.normalize("NFC");
    const pause = (ms: number) => this.#scope.sleep(ms);
    try {
      const value = await this.#lockout.attempt(name, from, pause, run);
      if (value instanceof Error) throw value;
      return value;
    } catch (error) {
      const { code = textOf(error) } = error as Partial<TurnpikeError>;
      if (code !== "ADMIN_CODE_NEEDED" || via === "basic") this.#refused(name, { via, from, why: code });
      throw error;
    }
  }

  /** A name that does not exist may be a password typed into the wrong field. */
  #refused(name: string, facts: Partial<AuditFacts>): void {
    const who = this.#accounts.find(name) ? name : "(unknown)";
    this.#audit.add({ from: "", ...facts, what: "sign-in refused", who });
  }
}

function wrong(value: TurnpikeError): Verdict {
  return { outcome: "wrong", value };
}

/** A stolen password alone must not do; programs have accounts of their own. */
function mayUseBasic({ role, totp }: Account): boolean {
  return role === "api" || !totp;
}
