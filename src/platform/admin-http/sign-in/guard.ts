import type { FastifyRequest } from "fastify";
import type { Accounts } from "../accounts/accounts.ts";
import type { Account } from "../accounts/file.ts";
import type { AdminGuard, Administrator } from "../contract.ts";
import { fail } from "../errors.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { SignIn } from "./sign-in.ts";

/** The prefix makes browsers refuse it without Secure, with a Domain, or from a subdomain (RFC 6265bis 4.1.3.2). */
export const COOKIE = "__Host-turnpike-admin";
/** A page of another site cannot set a header of its own without our leave in a preflight (Fetch 3.2.2). */
export const OWN_HEADER = "x-turnpike-admin";
/** Set by pages that ask again and again by themselves: such a request does not keep the session alive. */
export const BACKGROUND_HEADER = "x-turnpike-background";

export interface Identity {
  readonly administrator: Administrator;
  readonly account: Account;
  readonly via: "session" | "basic";
  readonly session: Session | undefined;
  /** Still signed in, with the role of now: a stream asks again and again. */
  isAllowed(): boolean;
}

export class Guard implements AdminGuard {
  readonly #accounts: Accounts;
  readonly #sessions: Sessions;
  readonly #signIn: SignIn;
  readonly #asked = new WeakMap<object, Promise<Identity | undefined>>();

  constructor(accounts: Accounts, sessions: Sessions, signIn: SignIn) {
    this.#accounts = accounts;
    this.#sessions = sessions;
    this.#signIn = signIn;
  }

  async who(request: FastifyRequest): Promise<Administrator | undefined> {
    return (await this.identify(request))?.administrator;
  }

  /** Throws as `who`. */
  identify(request: FastifyRequest): Promise<Identity | undefined> {
    const known = this.#asked.get(request.raw);
    if (known) return known;
    const asked = this.#identify(request);
    this.#asked.set(request.raw, asked);
    return asked;
  }

  /** Who it turned out to be, for what is noted when the answer is out. */
  async known(request: FastifyRequest): Promise<Identity | undefined> {
    return this.#asked.get(request.raw)?.catch(() => undefined);
  }

  async #identify(request: FastifyRequest): Promise<Identity | undefined> {
    return this.#bySession(request) ?? (await this.#byHeader(request));
  }

  #bySession(request: FastifyRequest): Identity | undefined {
    const session = this.#sessions.find(request.cookies[COOKIE] ?? "");
    const account = session && this.#accounts.find(session.name);
    if (!session || !account) return undefined;
    checkForged(request, true);
    if (!isBackground(request)) this.#sessions.touch(session);
    return {
      administrator: { name: account.name, role: account.role },
      account,
      via: "session",
      session,
      isAllowed: () => this.#sessions.isLive(session) && this.#hasRole(account),
    };
  }

  async #byHeader(request: FastifyRequest): Promise<Identity | undefined> {
    const { authorization } = request.headers;
    const account = authorization && (await this.#signIn.byHeader(authorization, request.ip));
    if (!account) return undefined;
    // Browsers keep Basic credentials too, and send them along for pages of other sites.
    checkForged(request, false);
    return {
      administrator: { name: account.name, role: account.role },
      account,
      via: "basic",
      session: undefined,
      isAllowed: () =>
        this.#hasRole(account) && this.#accounts.find(account.name)?.passwordHash === account.passwordHash,
    };
  }

  #hasRole({ name, role }: Account): boolean {
    return this.#accounts.find(name)?.role === role;
  }
}

/** Throws ADMIN_FORGED for a change that a page of another site may have made the browser ask for. */
export function checkForged({ method, headers }: FastifyRequest, needsHeader: boolean): void {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return;
  const site = headers["sec-fetch-site"] ?? "none";
  if (site !== "none" && site !== "same-origin") throw fail("ADMIN_FORGED");
  if (needsHeader && headers[OWN_HEADER] !== "1") throw fail("ADMIN_FORGED");
}

/** A stream that reconnects by itself is no sign of a person either. */
function isBackground({ headers }: FastifyRequest): boolean {
  return headers[BACKGROUND_HEADER] !== undefined || headers.accept === "text/event-stream";
}
