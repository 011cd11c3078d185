import { createHmac } from "node:crypto";
import { longTermKey, type StunMessage, verifyIntegrity } from "#stun";
import type { TurnRole, TurnServerOptions } from "./options.ts";

/** Who holds an allocation. Renewed short-term credentials are the same user. */
export interface User {
  readonly id: string;
  readonly role: TurnRole;
}

export interface Proof {
  readonly user: User;
  /** The key that signed the request and signs its response. */
  readonly key: Buffer;
  /** Short-term credentials past their time: good for what exists, not for a new allocation. */
  readonly expired: boolean;
}

/** Finds who signed a request: a local user, or anybody with short-term credentials made from a shared secret. */
export class Credentials {
  readonly #options: TurnServerOptions;
  constructor(options: TurnServerOptions) {
    this.#options = options;
  }

  /** Undefined if the name is unknown or the signature is not the one its password gives. */
  verify(message: StunMessage, username: string, nowMs: number): Proof | undefined {
    const local = this.#options.users.find((user) => user.username === username);
    if (local) {
      const key = longTermKey(username, this.#options.realm, local.password);
      const user = { id: username, role: local.role };
      return verifyIntegrity(message, key) ? { user, key, expired: false } : undefined;
    }
    return this.#verifyShortTerm(message, username, nowMs);
  }

  /** "<unix expiry>:<role>:<id>", or "<unix expiry>:<id>" with the default role. */
  #verifyShortTerm(message: StunMessage, username: string, nowMs: number): Proof | undefined {
    const match = /^(\d{1,12}):(?:(guest|bridge):)?(.+)$/s.exec(username);
    if (!match) return undefined;
    const user = { id: match[3]!, role: (match[2] as TurnRole | undefined) ?? this.#options.defaultRole };
    const expired = Number(match[1]) * 1000 < nowMs;
    for (const secret of this.#options.sharedSecrets) {
      const password = createHmac("sha1", secret).update(username).digest("base64");
      const key = longTermKey(username, this.#options.realm, password);
      if (verifyIntegrity(message, key)) return { user, key, expired };
    }
    return undefined;
  }
}
