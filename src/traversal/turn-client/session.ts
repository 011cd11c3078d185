import { formatAddress } from "#base";
import {
  type Attribute,
  attribute,
  attributes,
  encodeMessage,
  longTermKey,
  MessageClass,
  Method,
  type StunMessage,
} from "#stun";
import type { TurnClientOptions } from "./contract.ts";
import type { TurnCredentials } from "./credentials.ts";
import { fail } from "./errors.ts";
import { type Patience, type Transactions, TransactionTimeout } from "./transactions.ts";

/** A request is sent at most so often: unsigned, signed, with renewed credentials, with a fresh nonce. */
const MAX_ATTEMPTS = 4;

const METHOD_NAMES = new Map<number, string>(Object.entries(Method).map(([name, method]) => [method, name]));

interface Authentication extends TurnCredentials {
  readonly realm: string;
  readonly nonce: string;
  readonly key: Buffer;
}

type SessionOptions = Pick<TurnClientOptions, "server" | "transport" | "credentials">;

/** The client's side of the long-term credential mechanism (RFC 8489 9.2): signs requests, and adopts what a 401 or 438 asks for. */
export class Session {
  readonly #options: SessionOptions;
  readonly #transactions: Transactions;
  #authentication: Authentication | undefined;

  constructor(options: SessionOptions, transactions: Transactions) {
    this.#options = options;
    this.#transactions = transactions;
  }

  /** Resolves with the success response; rejects with TURN_CLIENT_TIMEOUT, _UNAUTHORIZED, or _REFUSED [code]. */
  async request(method: number, list: readonly Attribute[], patience: Patience): Promise<StunMessage> {
    for (let attempt = 1; ; attempt++) {
      const used = this.#authentication;
      const answer = await this.#send(method, list, patience);
      if (answer.class === MessageClass.success) return answer;
      const { code, reason } = answer.get(attributes.errorCode) ?? { code: 400, reason: "no error code" };
      if ((code !== 401 && code !== 438) || attempt === MAX_ATTEMPTS) throw this.#refused(method, code, reason);
      if (!this.#adopt(code, answer, used)) throw this.#refused(method, 401, reason);
    }
  }

  /** The bytes of a signed request, for one whose answer nobody waits for. */
  encode(method: number, list: readonly Attribute[]): Buffer {
    const using = this.#authentication;
    const proof = using
      ? [
          attribute(attributes.username, using.username),
          attribute(attributes.realm, using.realm),
          attribute(attributes.nonce, using.nonce),
        ]
      : [];
    return encodeMessage(
      { method, class: MessageClass.request, attributes: [...list, ...proof] },
      { key: using?.key, fingerprint: true },
    );
  }

  async #send(method: number, list: readonly Attribute[], patience: Patience): Promise<StunMessage> {
    try {
      return await this.#transactions.run(this.encode(method, list), this.#authentication?.key, patience);
    } catch (error) {
      if (error instanceof TransactionTimeout) throw fail("TURN_CLIENT_TIMEOUT", this.#values(), error);
      throw error;
    }
  }

  /** Takes realm, nonce and, on 401, credentials for the next attempt. False if that attempt could not do better. */
  #adopt(code: number, answer: StunMessage, used: Authentication | undefined): boolean {
    const realm = answer.get(attributes.realm) ?? used?.realm;
    const nonce = answer.get(attributes.nonce);
    if (realm === undefined || nonce === undefined) return false;
    const credentials = code === 438 && used ? used : this.#options.credentials();
    const same = credentials.username === used?.username && credentials.password === used.password;
    if (code === 401 && same && realm === used?.realm) return false;
    const { username, password } = credentials;
    this.#authentication = { username, password, realm, nonce, key: longTermKey(username, realm, password) };
    return true;
  }

  #refused(method: number, code: number, reason: string) {
    if (code === 401) return fail("TURN_CLIENT_UNAUTHORIZED", this.#values());
    const values = { ...this.#values(), method: METHOD_NAMES.get(method) ?? method, code, reason };
    return Object.assign(fail("TURN_CLIENT_REFUSED", values), { wire: code });
  }

  #values() {
    return { server: formatAddress(this.#options.server), transport: this.#options.transport };
  }
}
