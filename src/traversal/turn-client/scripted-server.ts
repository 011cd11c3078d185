import dgram from "node:dgram";
import { once } from "node:events";
import type { Scope, TransportAddress } from "#base";
import {
  type Attribute,
  attribute,
  attributes,
  DecodeError,
  decodeMessage,
  encodeMessage,
  longTermKey,
  MessageClass,
  type StunMessage,
} from "#stun";

export interface Answer {
  readonly code?: number;
  readonly nonce?: string;
  readonly list?: readonly Attribute[];
  readonly unsigned?: boolean;
}

export const USER = { username: "bridge1", password: "password" };
export const REALM = "test";

/** For tests: a UDP server that answers each request with what the script returns, none or several. */
export async function scriptedServer(scope: Scope, script: (request: StunMessage) => readonly Answer[]) {
  const socket = dgram.createSocket("udp4").bind(0, "127.0.0.1");
  scope.defer(() => void socket.close());
  await once(socket, "listening");
  socket.on("message", (bytes, from) => {
    const request = decodeMessage(bytes);
    if (request instanceof DecodeError) return;
    for (const answer of script(request)) socket.send(encode(request, answer), from.port, from.address);
  });
  const { address, port } = socket.address();
  return { address, port } satisfies TransportAddress;
}

export const RELAYED = { address: "203.0.113.10", port: 24000 };

export const ALLOCATED: Answer = {
  list: [
    attribute(attributes.xorRelayedAddress, RELAYED),
    attribute(attributes.xorMappedAddress, { address: "192.0.2.1", port: 1 }),
    attribute(attributes.lifetime, 600),
  ],
};

function encode({ method, transactionId }: StunMessage, { code, nonce, list = [], unsigned = false }: Answer): Buffer {
  const refusal = code === undefined ? [] : [attribute(attributes.errorCode, { code, reason: "scripted" })];
  const challenge = nonce === undefined ? [] : [attribute(attributes.realm, REALM), attribute(attributes.nonce, nonce)];
  const key = code === undefined && !unsigned ? longTermKey(USER.username, REALM, USER.password) : undefined;
  return encodeMessage(
    {
      method,
      class: code === undefined ? MessageClass.success : MessageClass.error,
      transactionId,
      attributes: [...refusal, ...challenge, ...list],
    },
    { key },
  );
}
