import { randomBytes } from "node:crypto";
import type { TransportAddress } from "#base";
import { HmacKey } from "#native";
import {
  attribute,
  attributes,
  DecodeError,
  decodeMessage,
  encodeMessage,
  MessageClass,
  Method,
  type StunMessage,
  verifyIntegrity,
} from "#stun";
import { HEADROOM } from "#turn-client";

/** One generation of credentials (RFC 8445 5.3): 48 bits of ufrag find the transport, 144 bits of password guard it. */
export interface IceCredentials {
  readonly ufrag: string;
  readonly pwd: string;
  readonly key: HmacKey;
}

export function newCredentials(): IceCredentials {
  const pwd = iceText(18);
  return { ufrag: iceText(6), pwd, key: new HmacKey(Buffer.from(pwd)) };
}

/** Base64 letters are exactly the ice-chars of RFC 8839 5.4; three bytes make four of them. */
function iceText(bytes: number): string {
  return randomBytes(bytes).toString("base64");
}

/** A connectivity check that was decoded and names a ufrag. It is not authenticated yet. */
export interface Check {
  readonly message: StunMessage;
  readonly ufrag: string;
  readonly nominated: boolean;
}

/**
 * Reads a Binding request. Undefined for anything else: an ICE-lite agent sends no requests, so no answer is for it, and
 * it gives scanners no answer. Role conflicts cannot be: a lite agent is always controlled (RFC 8445 6.1.1).
 */
export function readCheck(packet: Buffer): Check | undefined {
  const message = decodeMessage(packet);
  if (message instanceof DecodeError || message.malformed || message.unknown.length > 0) return undefined;
  if (message.method !== Method.binding || message.class !== MessageClass.request) return undefined;
  const ufrag = message.get(attributes.username)?.split(":")[0];
  if (!ufrag) return undefined;
  return { message, ufrag, nominated: message.get(attributes.useCandidate) === true };
}

export function isAuthentic(check: Check, credentials: IceCredentials): boolean {
  return verifyIntegrity(check.message, credentials.key);
}

/** The answer to an authentic check (RFC 8445 7.3), with HEADROOM bytes in front. */
export function answerTo(check: Check, from: TransportAddress, credentials: IceCredentials): Buffer {
  const bytes = encodeMessage(
    {
      method: Method.binding,
      class: MessageClass.success,
      transactionId: check.message.transactionId,
      attributes: [attribute(attributes.xorMappedAddress, from)],
    },
    { key: credentials.key, fingerprint: true },
  );
  return withHeadroom(bytes);
}

export function withHeadroom(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(HEADROOM + bytes.length);
  bytes.copy(out, HEADROOM);
  return out;
}
