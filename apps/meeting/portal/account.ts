import { type Signal, signal } from "@preact/signals";
import { ask } from "./ask.ts";

export interface User {
  readonly id: string;
  readonly userJid: string;
  readonly name: string;
  readonly email?: string;
  readonly source: string;
}

/** Ways to sign in that this server has. */
export interface SignInWays {
  readonly password: boolean;
  readonly identityProviders: readonly { readonly id: string; readonly name: string }[];
}

export type Account =
  | { readonly state: "unknown" }
  | { readonly state: "none" }
  | { readonly state: "signed-in"; readonly user: User };

/** Whether somebody is signed in here, and how one could. The session itself is a cookie that no script can read. */
export class AccountState {
  readonly account: Signal<Account> = signal({ state: "unknown" });
  readonly ways: Signal<SignInWays | undefined> = signal(undefined);

  /** Asks who one is only where somebody has signed in: everyone else is a guest and is spared a refused request. */
  async load(): Promise<void> {
    const ways = ask<SignInWays>("GET", "/auth/options").then(
      (found) => {
        this.ways.value = found;
      },
      () => {},
    );
    await Promise.all([ways, wasSignedIn() ? this.reload() : this.#set({ state: "none" })]);
  }

  async reload(): Promise<Account> {
    const user = await ask<User>("GET", "/me").catch(() => undefined);
    return this.#set(user ? { state: "signed-in", user } : { state: "none" });
  }

  /** @throws {AskFailure} */
  async signIn(username: string, password: string): Promise<void> {
    const { user } = await ask<{ user: User }>("POST", "/auth", { username, password });
    this.#set({ state: "signed-in", user });
  }

  /** Takes the cookie away, too, of a session that has ended by itself. */
  async signOut(): Promise<void> {
    await ask("DELETE", "/auth").catch(() => {});
    this.#set({ state: "none" });
  }

  ended(): void {
    this.#set({ state: "none" });
  }

  get user(): User | undefined {
    const account = this.account.value;
    return account.state === "signed-in" ? account.user : undefined;
  }

  /** There is a way to sign in, if the server has said so. */
  get offered(): boolean {
    const ways = this.ways.value;
    return ways !== undefined && (ways.password || ways.identityProviders.length > 0);
  }

  #set(account: Account): Account {
    this.account.value = account;
    rememberSignIn(account.state === "signed-in");
    return account;
  }
}

const HINT = "turnpike.signedIn";

/** Before one leaves for an identity provider: whoever comes back is asked who one is. */
export function rememberSignIn(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(HINT, "1");
    else localStorage.removeItem(HINT);
  } catch {
    // Then one is taken for a guest on the first page, and for oneself on one's own.
  }
}

function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(HINT) !== null;
  } catch {
    return false;
  }
}
