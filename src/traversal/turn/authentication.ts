import type { Clock } from "#base";
import type { Challenge } from "#packet-plane";
import { attribute, attributes, encodeMessage, MessageClass, Method, type StunMessage } from "#stun";
import type { Client } from "./allocation.ts";
import { Credentials, type PasswordAlgorithm, type Proof, type User } from "./credentials.ts";
import { TurnError } from "./errors.ts";
import { FailureThrottle } from "./failure-throttle.ts";
import { NONCE_BODY_AT, Nonces } from "./nonce.ts";
import type { TurnServerOptions, TurnUser } from "./options.ts";
import { ANSWERS_PER_SECOND } from "./refusal-budget.ts";

/** RFC 8489 18.5.1. */
const ALGORITHMS = { md5: 1, sha256: 2 } as const;
/** What we offer, the better one first (RFC 8489 14.11). */
const OFFERED = [ALGORITHMS.sha256, ALGORITHMS.md5].map((algorithm) => ({
  algorithm,
  parameters: new Uint8Array(0),
}));

/** Thrown instead of an answer: whoever asks shall learn nothing. `cause` is one of the words of TurnStatus.silent. */
export class Silence extends Error {}

interface LocalCheck {
  readonly local: TurnUser;
  readonly password: PasswordAlgorithm;
  readonly now: number;
  /** This 5-tuple has shown that user's password before. */
  readonly known: boolean;
}

/** The long-term credential mechanism (RFC 8489 9.2.4), without a table of clients or nonces. */
export class Authentication {
  readonly #nonces = new Nonces();
  readonly #throttle = new FailureThrottle();
  /** Told of each wrong password of a local user and each unknown name. The nonce has shown that the address is real. */
  onGuess: ((address: string) => void) | undefined;
  /** That which is set: others have written by it until when their credentials are good. */
  readonly #wall: Clock;
  #options: TurnServerOptions;
  #credentials: Credentials;

  constructor(options: TurnServerOptions, wall: Clock) {
    this.#wall = wall;
    this.#options = options;
    this.#credentials = new Credentials(options);
  }

  configure(options: TurnServerOptions): void {
    this.#options = options;
    this.#credentials = new Credentials(options);
  }

  /** What a 401, 438 or 431 carries, and a 300, which saves the client a round trip elsewhere. */
  challenge(client: Client, now: number) {
    return this.#challengeWith(this.#nonces.issue(client.key, now));
  }

  #challengeWith(nonce: string) {
    return [
      attribute(attributes.realm, this.#options.realm),
      attribute(attributes.nonce, nonce),
      attribute(attributes.passwordAlgorithms, OFFERED),
    ];
  }

  /** The 401 to an Allocate that is not signed, for a plane that answers by itself. */
  challengeOfPlane(now: number): Challenge {
    // Of nobody: the plane writes its own part for each client.
    const nonce = this.#nonces.issue("", now);
    const error = attribute(attributes.errorCode, { code: 401, reason: "" });
    const message = encodeMessage({
      method: Method.allocate,
      class: MessageClass.error,
      attributes: [error, ...this.#challengeWith(nonce)],
    });
    const nonceAt = message.indexOf(nonce) + NONCE_BODY_AT;
    const seconds = Math.floor(now / 1000);
    return { message, nonceAt, key: this.#nonces.key, seconds, perSecond: ANSWERS_PER_SECOND };
  }

  /**
   * `holder` is the user whose allocation the 5-tuple holds: nobody else's wrong guesses keep that one from refreshing it.
   * Throws TurnError 400, 401, 431 or 438, or Silence.
   */
  authenticate(client: Client, message: StunMessage, now: number, holder?: User): Proof {
    if (message.integrityAt === 0 && message.integritySha256At === 0) throw new TurnError(401, "not signed");
    const nonce = requireNames(message);
    const password = passwordAlgorithm(message);
    if (!this.#nonces.isFresh(nonce, client.key, now)) throw new TurnError(438);
    const local = this.#credentials.localUser(message);
    const proof = local
      ? this.#checkLocal(client, message, { local, password, now, known: holder?.id === local.username })
      : this.#checkShortTerm(client, message, password);
    if (!proof) throw new TurnError(this.#options.wrongPasswordCode, "wrong password");
    return proof;
  }

  #checkLocal(client: Client, message: StunMessage, { local, password, now, known }: LocalCheck): Proof | undefined {
    const { address } = client.address;
    if (!known && this.#throttle.isBlocked(address, local.username, now)) throw new Silence("failed too often");
    const proof = this.#credentials.verifyLocal(message, local, password);
    if (proof) return proof;
    this.#throttle.failed(address, local.username, now);
    this.onGuess?.(address);
    return undefined;
  }

  #checkShortTerm(client: Client, message: StunMessage, password: PasswordAlgorithm): Proof | undefined {
    const username = message.get(attributes.username) ?? "";
    if (!this.#credentials.shortTermName(username)) {
      this.onGuess?.(client.address.address);
      throw new TurnError(401, "unknown user");
    }
    return this.#credentials.verifyShortTerm(message, username, password, this.#wall.now());
  }
}

/** RFC 8489 9.2.4, second step. Returns the nonce. */
function requireNames(message: StunMessage): string {
  const named = message.get(attributes.username) !== undefined || message.get(attributes.userhash) !== undefined;
  const nonce = message.get(attributes.nonce);
  if (!named || nonce === undefined || message.get(attributes.realm) === undefined)
    throw new TurnError(400, "signed, but without USERNAME or USERHASH, REALM or NONCE");
  return nonce;
}

/**
 * RFC 8489 9.2.4, third step: both attributes, the list as we sent it and the choice from it, or neither, which is MD5.
 * A list that somebody shortened on the way is found out here (bid-down, RFC 8489 9.2.1).
 */
function passwordAlgorithm(message: StunMessage): PasswordAlgorithm {
  const list = message.get(attributes.passwordAlgorithms);
  const choice = message.get(attributes.passwordAlgorithm);
  if (!list && !choice) return "md5";
  const same = list?.length === OFFERED.length && list.every((entry, i) => entry.algorithm === OFFERED[i]!.algorithm);
  if (!choice || !same) throw new TurnError(400, "PASSWORD-ALGORITHMS is not the list that was offered");
  if (choice.algorithm === ALGORITHMS.sha256) return "sha256";
  if (choice.algorithm === ALGORITHMS.md5) return "md5";
  throw new TurnError(400, `password algorithm ${choice.algorithm} was not offered`);
}
