import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { verify } from "@node-rs/argon2";
import { type Log, type TurnpikeError, textOf } from "#base";
import { LimitError } from "../errors.ts";
import { type Account, readAccounts } from "./file.ts";
import { changeAccount } from "./manage.ts";
import { hashPassword, MAX_PASSWORD } from "./password.ts";

/** Each hash takes 19 MiB and a thread of the pool for some 20 ms: so many at once, and so many may wait. */
const HASHES_AT_ONCE = 2;
const MAX_WAITING = 64;

/** The file of accounts as it is now: looked at before each use. */
export class Accounts {
  readonly #file: string;
  readonly #log: Log;
  /** A hash of nothing anybody knows, so that an unknown name takes as long as a wrong password. */
  readonly #decoy: string;
  #byName: ReadonlyMap<string, Account> = new Map();
  #stamp: string | undefined;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  private constructor(file: string, log: Log, decoy: string) {
    this.#file = file;
    this.#log = log;
    this.#decoy = decoy;
  }

  /** Throws ADMIN_ACCOUNTS_FILE or ADMIN_ACCOUNTS_OPEN. */
  static async open(file: string, log: Log): Promise<Accounts> {
    const accounts = new Accounts(file, log, await hashPassword(randomUUID()));
    accounts.#read(accounts.#stampNow());
    return accounts;
  }

  get empty(): boolean {
    this.#refresh();
    return this.#byName.size === 0;
  }

  find(name: string): Account | undefined {
    this.#refresh();
    return this.#byName.get(name.normalize("NFC"));
  }

  /** The account if the password is right. Throws ADMIN_TOO_MANY_REQUESTS if too many are being checked. */
  async verify(name: string, password: string, from: string): Promise<Account | undefined> {
    if (password.length > MAX_PASSWORD) return undefined;
    const account = this.find(name);
    const right = await this.#inTurn(from, () => verify(account?.passwordHash ?? this.#decoy, password));
    // Removed or given another password in the meantime?
    return right && account && this.find(name)?.passwordHash === account.passwordHash ? account : undefined;
  }

  async change(name: string, change: (account: Account) => Account): Promise<void> {
    await changeAccount(this.#file, name, change);
    this.#refresh();
  }

  async #inTurn(from: string, run: () => Promise<boolean>): Promise<boolean> {
    if (this.#waiting.length >= MAX_WAITING) throw new LimitError("ADMIN_TOO_MANY_REQUESTS", from, 5);
    // Who is woken is given the place of the one that ended.
    if (this.#running >= HASHES_AT_ONCE) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#running++;
    try {
      return await run().catch(() => false);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  /** A file that is broken now leaves the accounts as they were: told in the log, once for each state of the file. */
  #refresh(): void {
    const stamp = this.#stampNow();
    if (stamp === this.#stamp) return;
    try {
      this.#read(stamp);
      this.#log.info("administrators read again", { administrators: this.#byName.size });
    } catch (error) {
      this.#stamp = stamp;
      const { remedy } = error as Partial<TurnpikeError>;
      this.#log.error("administrators not read again", { why: textOf(error), remedy });
    }
  }

  #read(stamp: string): void {
    this.#byName = new Map(readAccounts(this.#file).map((account) => [account.name, account]));
    this.#stamp = stamp;
  }

  #stampNow(): string {
    const stat = statSync(this.#file, { throwIfNoEntry: false, bigint: true });
    return stat ? `${stat.mtimeNs} ${stat.ctimeNs} ${stat.size} ${stat.ino}` : "none";
  }
}
