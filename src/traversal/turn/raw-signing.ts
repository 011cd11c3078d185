import {
  type Attribute,
  attribute,
  attributes,
  encodeMessage,
  type IntegrityAlgorithm,
  longTermKey,
  longTermKeySha256,
  PasswordAlgorithmNumber,
  padded,
  userhash,
} from "#stun";

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** For tests: how a request is signed (RFC 8489 9.2). All left out is what RFC 5389 knew: MD5 and HMAC-SHA1. */
export interface Signing {
  /** Makes the key; "sha256" names itself in PASSWORD-ALGORITHM and sends PASSWORD-ALGORITHMS back. */
  readonly password?: "md5" | "sha256";
  readonly integrity?: IntegrityAlgorithm;
  /** USERHASH in place of USERNAME. */
  readonly hashed?: boolean;
  /** In place of the PASSWORD-ALGORITHMS and PASSWORD-ALGORITHM that belong to `password`; empty for none. */
  readonly choice?: readonly Attribute[];
}

const list = (...numbers: number[]) => numbers.map((algorithm) => ({ algorithm, parameters: new Uint8Array(0) }));

export const algorithms = (...numbers: number[]): Attribute =>
  attribute(attributes.passwordAlgorithms, list(...numbers));

export const algorithm = (number: number): Attribute => attribute(attributes.passwordAlgorithm, list(number)[0]!);

/** What the server offers, in its order. */
export const OFFERED = algorithms(PasswordAlgorithmNumber.sha256, PasswordAlgorithmNumber.md5);

export function keyOf({ username, password }: Account, realm: string, signing: Signing): Buffer {
  return (signing.password === "sha256" ? longTermKeySha256 : longTermKey)(username, realm, password);
}

export function proofOf({ username }: Account, realm: string, nonce: string, signing: Signing): Attribute[] {
  const chosen = signing.password === "sha256" ? [OFFERED, algorithm(PasswordAlgorithmNumber.sha256)] : [];
  return [
    signing.hashed
      ? attribute(attributes.userhash, userhash(username, realm) as Uint8Array)
      : attribute(attributes.username, username),
    attribute(attributes.realm, realm),
    attribute(attributes.nonce, nonce),
    ...(signing.choice ?? chosen),
  ];
}

/** As somebody on the path would do it: behind the integrity, which stays what it was. */
export function appended(message: Buffer, list: readonly Attribute[]): Buffer {
  const parts = list.map((item) => encodeMessage({ method: 1, class: 0, attributes: [item] }).subarray(20));
  const whole = Buffer.concat([message, ...parts]);
  whole.writeUInt16BE(padded(whole.length) - 20, 2);
  return whole;
}

/** An attribute with that value, whatever the standard says about it. */
export const rawAttribute = (row: { readonly type: number }, hex: string): Attribute => ({
  type: row.type,
  encode: () => Buffer.from(hex, "hex"),
});
