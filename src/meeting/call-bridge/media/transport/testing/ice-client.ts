import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Scope, TransportAddress } from "#base";
import {
  attribute,
  attributes,
  DecodeError,
  decodeMessage,
  encodeMessage,
  MessageClass,
  Method,
  type StunMessage,
} from "#stun";
import { until } from "#until";
import type { LocalTransport } from "../../control.ts";

/** A UDP socket that sends checks as a controlling ICE agent does, and whatever else a test wants. */
export interface IceClient {
  readonly port: number;
  readonly received: readonly Buffer[];
  send(bytes: Buffer): void;
  /** Sends a check and returns the answer, or undefined if something else came back after it first. */
  check(to: LocalTransport, options?: CheckOptions): Promise<StunMessage | undefined>;
  /** Sends without waiting. */
  sendCheck(to: LocalTransport, options?: CheckOptions): void;
}

export interface CheckOptions {
  readonly nominate?: boolean;
  readonly pwd?: string;
  readonly ufrag?: string;
  readonly unsigned?: boolean;
}

export async function openIceClient(scope: Scope, to: TransportAddress): Promise<IceClient> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  scope.defer(() => void socket.close());
  const received: Buffer[] = [];
  scope.on(socket, "message", (bytes: Buffer) => received.push(bytes));
  const client: IceClient = {
    port: socket.address().port,
    received,
    send: (bytes) => socket.send(bytes, to.port, to.address),
    sendCheck: (local, options = {}) => client.send(bindingRequest(local, options)),
    async check(local, options = {}) {
      const before = received.length;
      client.sendCheck(local, options);
      await until(() => received.length > before, "an answer to the check");
      const message = decodeMessage(received[before]!);
      return message instanceof DecodeError ? undefined : message;
    },
  };
  return client;
}

function bindingRequest(local: LocalTransport, { nominate, pwd, ufrag, unsigned }: CheckOptions): Buffer {
  const list = [
    attribute(attributes.username, `${ufrag ?? local.iceUfrag}:them`),
    attribute(attributes.priority, 1),
    // Chromium's TURN/TCP port sends a tie-breaker of 0: a lite agent has no use for it.
    attribute(attributes.iceControlling, Buffer.alloc(8)),
    ...(nominate ? [attribute(attributes.useCandidate, true as const)] : []),
  ];
  const key = unsigned ? undefined : Buffer.from(pwd ?? local.icePwd);
  return encodeMessage(
    { method: Method.binding, class: MessageClass.request, attributes: list },
    { key, fingerprint: true },
  );
}
