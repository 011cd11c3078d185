import { type Clock, type Log, type Scope, TurnpikeError } from "#base";
import type { ClientOrigin } from "#bridge-link";
import type { EventLog } from "#event-log";
import { passwordMatches, type Storage, type StoredObject } from "#storage";
import { fail } from "./errors.ts";
import { lines, shown } from "./event-lines.ts";
import { textField } from "./fields.ts";
import { LdapFailure } from "./ldap/connection.ts";
import type { LdapHealth } from "./ldap/health.ts";
import { directoryAccepts } from "./ldap/password.ts";
import { loadSource } from "./ldap/source.ts";
import { LimitError, type SignInLimits } from "./limits.ts";
import type { Network } from "./network.ts";

/** A refusal comes a multiple of so many ms after the try: its time tells not whether the user exists, or where. */
const REFUSAL_STEP_MS = 400;

export interface PasswordTools {
  readonly storage: Storage;
  readonly events: EventLog;
  readonly log: Log;
  readonly clock: Clock;
  readonly network: Network;
  readonly health: LdapHealth;
  readonly limits: SignInLimits;
}

/** Users who show a password: local ones, and those of a directory. */
export class PasswordSignIn {
  readonly #scope: Scope;
  readonly #tools: PasswordTools;

  constructor(scope: Scope, tools: PasswordTools) {
    this.#scope = scope;
    this.#tools = tools;
  }

  /** The user. Rejects with SIGN_IN_REFUSED, SIGN_IN_RATE_LIMITED or SIGN_IN_DIRECTORY_DOWN. */
  async signIn(username: string, password: string, origin: ClientOrigin): Promise<StoredObject> {
    const { events, limits } = this.#tools;
    const begun = process.hrtime.bigint();
    const who = shown(username);
    events.trace("sign-in", () => lines.request(origin.traceId, who));
    const giveBack = this.#counted(limits, username, origin);
    try {
      const user = await this.#check(username, password);
      if (!user) throw fail("SIGN_IN_REFUSED");
      giveBack();
      events.write("info", lines.successful(shown(textField(user, "userJid") ?? ""), origin.address));
      return user;
    } catch (error) {
      if (!(error instanceof TurnpikeError) || error.code !== "SIGN_IN_REFUSED") giveBack();
      else events.write("warning", lines.unsuccessful(who, origin.address));
      await this.#untilNextStep(begun);
      throw error;
    }
  }

  #counted(limits: SignInLimits, username: string, origin: ClientOrigin): () => void {
    try {
      return limits.take(origin.address, username);
    } catch (error) {
      if (error instanceof LimitError)
        this.#tools.events.write("warning", lines.limited(shown(username), origin.address, error.by));
      throw error;
    }
  }

  async #check(username: string, password: string): Promise<StoredObject | undefined> {
    const { storage, events } = this.#tools;
    const [holder] = await storage.holders("userJid", username.trim());
    const user = holder && (await storage.get("user", holder.id));
    const local = user && (textField(user, "source") ?? "local") === "local" ? user : undefined;
    const hash = local && textField(local, "passwordHash");
    // The work is done for everybody, so that it tells nothing.
    const matches = await passwordMatches(hash, password);
    if (local) return matches ? local : undefined;
    if (!user) {
      events.trace("sign-in", lines.nobody);
      return undefined;
    }
    const source = textField(user, "ldapSource");
    if (textField(user, "source") !== "ldap" || !source) return undefined;
    return (await this.#directoryAccepts(source, user, password)) ? user : undefined;
  }

  async #directoryAccepts(sourceId: string, user: StoredObject, password: string): Promise<boolean> {
    const { storage, network, health, log, events } = this.#tools;
    if (password === "") return false;
    try {
      const source = await loadSource(storage, sourceId);
      if (!source) return false;
      const fits = await directoryAccepts(source, user, password, network, health);
      events.trace(
        "ldap",
        () =>
          `"${source.server.address}" ${fits ? "accepts" : "does not accept"} ${textField(user, "distinguishedName")}`,
      );
      return fits;
    } catch (error) {
      if (!(error instanceof TurnpikeError)) throw error;
      log.warn("directory could not be asked", { code: error.code, why: error.message });
      const known = error instanceof LdapFailure || error.code.startsWith("LDAP_");
      throw known ? fail("SIGN_IN_DIRECTORY_DOWN", { why: error.message }, error) : error;
    }
  }

  async #untilNextStep(begun: bigint): Promise<void> {
    const passed = Number((process.hrtime.bigint() - begun) / 1_000_000n);
    const rest = REFUSAL_STEP_MS - (passed % REFUSAL_STEP_MS);
    if (!this.#scope.closed) await this.#scope.sleep(rest);
  }
}
