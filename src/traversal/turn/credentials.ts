import { HmacKey } from "#native";
import {
  attributes,
  type IntegrityAlgorithm,
  longTermKey,
  longTermKeySha256,
  type StunMessage,
  userhash,
  verifyIntegrity,
} from "#stun";
import type { TurnRole, TurnServerOptions, TurnUser } from "./options.ts";

/** Who holds an allocation. Renewed short-term credentials are the same user. */
export interface User {
  readonly id: string;
  readonly role: TurnRole;
}

/** How a request was signed, and so how its response is. */
export interface Signature {
  readonly key: HmacKey;
  readonly algorithm: IntegrityAlgorithm;
}

export interface Proof extends Signature {
  readonly user: User;
  /** Short-term credentials past their time: good for what exists, not for a new allocation. */
  readonly expired: boolean;
}

/** RFC 8489 18.5: the hash that makes the key. */
export type PasswordAlgorithm = "md5" | "sha256";

export interface ShortTermName extends User {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Finds who signed a request: a local user, or anybody with short-term credentials made from a shared secret. */
export class Credentials {
  readonly #options: TurnServerOptions;
  readonly #byName: ReadonlyMap<string, TurnUser>;
  readonly #byHash: ReadonlyMap<string, TurnUser>;
  readonly #secrets: readonly HmacKey[];
  readonly #keys: ReadonlyMap<TurnUser, Readonly<Record<PasswordAlgorithm, HmacKey>>>;

  constructor(options: TurnServerOptions) {
    this.#options = options;
    this.#secrets = options.sharedSecrets.map((secret) => new HmacKey(Buffer.from(secret)));
    this.#keys = new Map(options.users.map((user) => [user, { md5: keyOf(user.md5), sha256: keyOf(user.sha256) }]));
    this.#byName = new Map(options.users.map((user) => [user.username, user]));
    this.#byHash = new Map(options.users.map((user) => [userhash(user.username, options.realm).toString("hex"), user]));
  }

  /** The local user that USERNAME or USERHASH names (RFC 8489 9.2.4). A hash of a short-term name leads to nobody. */
  localUser(message: StunMessage): TurnUser | undefined {
    const hash = message.get(attributes.userhash);
    if (hash) return this.#byHash.get(Buffer.from(hash).toString("hex"));
    return this.#byName.get((message.get(attributes.username) ?? "").normalize("NFC"));
  }

  /** Undefined if the signature is not the one that the user's key gives. */
  verifyLocal(message: StunMessage, local: TurnUser, password: PasswordAlgorithm): Proof | undefined {
    const signature = signatureOf(message, this.#keys.get(local)![password]);
    return signature && { ...signature, user: { id: local.username, role: local.role }, expired: false };
  }

  /** Undefined if the name is none of short-term credentials. */
  shortTermName(username: string): ShortTermName | undefined {
    return parseShortTermName(username, this.#options.defaultRole);
  }

  /** Undefined if no secret gives the signature. */
  verifyShortTerm(message: StunMessage, username: string, password: PasswordAlgorithm, now: number): Proof | undefined {
    const name = this.shortTermName(username);
    if (!name) return undefined;
    const { realm } = this.#options;
    for (const secret of this.#secrets) {
      const text = passwordOf(secret, username);
      const key = (password === "md5" ? longTermKey : longTermKeySha256)(username, realm, text);
      const signature = signatureOf(message, new HmacKey(key));
      if (signature) return { ...signature, user: { id: name.id, role: name.role }, expired: name.expiresAt < now };
    }
    return undefined;
  }
}

function keyOf(hexadecimal: string): HmacKey {
  return new HmacKey(Buffer.from(hexadecimal, "hex"));
}

/** Of short-term credentials: base64 of the HMAC-SHA1 of their name (draft-uberti-behave-turn-rest). */
function passwordOf(secret: HmacKey, username: string): string {
  const mac = Buffer.alloc(20);
  secret.write("sha1", mac, Buffer.from(username));
  return mac.toString("base64");
}

/** "<unix expiry>:<role>:<id>", "<unix expiry>:<id>" or "<unix expiry>", the latter two with the default role. */
export function parseShortTermName(username: string, defaultRole: TurnRole): ShortTermName | undefined {
  const match = /^(\d{1,12})(?::(?:(guest|bridge):)?(.+))?$/s.exec(username);
  if (!match) return undefined;
  const role = (match[2] as TurnRole | undefined) ?? defaultRole;
  return { id: match[3] ?? "anybody", role, expiresAt: Number(match[1]) * 1000 };
}

/** RFC 8489 9.2.4: where both are there, MESSAGE-INTEGRITY-SHA256 is the one that counts. */
function signatureOf(message: StunMessage, key: HmacKey): Signature | undefined {
  const algorithm = message.integritySha256At > 0 ? "sha256" : "sha1";
  return verifyIntegrity(message, key, algorithm) ? { key, algorithm } : undefined;
}
