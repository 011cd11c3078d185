import { type Attribute, attribute, attributes, encodeMessage, padded } from "#stun";
import type { Account } from "./accounts.ts";
import type { FuzzClient } from "./clients.ts";
import { type Known, refers, resolve } from "./references.ts";
import { Flag, type Step } from "./steps.ts";

const HEADER = 20;
const CLASS = 0x0110;
/** Where these stand in a request to be signed, what follows would not count. */
const ENDING: readonly number[] = [
  attributes.messageIntegrity.type,
  attributes.messageIntegritySha256.type,
  attributes.fingerprint.type,
];
/** As the server offers them (RFC 8489 14.11). */
const OFFERED = [2, 1].map((algorithm) => ({ algorithm, parameters: new Uint8Array(0) }));

export interface RawAttribute {
  readonly type: number;
  readonly value: Buffer;
}

/** The message of a raw step; as it is, unless it refers to something that only the run knows. */
export function rawMessage(bytes: Buffer, known: Known): Buffer {
  const list = readAttributes(bytes);
  return refers(list) ? encodeMessage({ ...headOf(bytes), attributes: resolve(list, known) }) : bytes;
}

/** The message of a signed step: its attributes as far as they can be read, then who signs, and integrity. */
export function signedMessage(step: Step, account: Account, client: FuzzClient, known: Known): Buffer {
  const has = (flag: number) => (step.flags & flag) !== 0;
  const own = readAttributes(step.bytes).filter(({ type }) => !ENDING.includes(type));
  const list = [
    ...resolve(own, known),
    has(Flag.userhash) ? attribute(attributes.userhash, account.userhash) : named(account),
    attribute(attributes.realm, known.realm),
    attribute(attributes.nonce, nonceOf(step, client, known)),
    ...(has(Flag.algorithms) ? algorithms() : []),
  ];
  const key = has(Flag.algorithms) ? account.sha256 : account.md5;
  const algorithm = has(Flag.sha256) ? "sha256" : "sha1";
  return encodeMessage({ ...headOf(step.bytes), attributes: list }, { key, algorithm });
}

function named({ username }: Account): Attribute {
  return attribute(attributes.username, username);
}

function algorithms(): Attribute[] {
  const chosen = { algorithm: 2, parameters: new Uint8Array(0) };
  return [attribute(attributes.passwordAlgorithms, OFFERED), attribute(attributes.passwordAlgorithm, chosen)];
}

function nonceOf({ nonce }: Step, client: FuzzClient, { foreignNonce }: Known): string {
  if (nonce === 3) return foreignNonce ?? "";
  return (nonce === 2 ? client.nonces.at(-1) : client.nonces[0]) ?? "none";
}

/** A message that is cut short still has a type and a transaction. */
function headOf(bytes: Buffer) {
  const head = Buffer.alloc(HEADER);
  bytes.copy(head, 0, 0, HEADER);
  const type = head.readUInt16BE(0) & 0x3fff;
  return { method: type & ~CLASS, class: type & CLASS, transactionId: head.subarray(8) };
}

function readAttributes(bytes: Buffer): readonly RawAttribute[] {
  const list: RawAttribute[] = [];
  for (let at = HEADER; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) break;
    list.push({ type: bytes.readUInt16BE(at), value: bytes.subarray(at + 4, end) });
    at = padded(end);
  }
  return list;
}
