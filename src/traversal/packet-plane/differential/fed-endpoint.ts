import dgram from "node:dgram";
import { once } from "node:events";
import { addressKey, type Scope, type TransportAddress } from "#base";
import { attributes, DecodeError, decodeChannelData, decodeMessage, encodeChannelData, isChannelData } from "#stun";
import type { OpenPlane, PacketPlane } from "../contract.ts";
import type { Record } from "./endpoints.ts";

const ONLY_RELAY = 1;
const FIRST_CHANNEL = 0x4000;

/**
 * A client or peer whose packets leave by the relay of a native plane: bursts of one size leave as one run (UDP_SEGMENT), and
 * so arrive as one (UDP_GRO). No socket of Node can send them so.
 */
export class FedEndpoint {
  /** Of the relay. */
  readonly address: TransportAddress;
  readonly #feeder: PacketPlane;
  readonly #listener: TransportAddress;
  readonly #socket: dgram.Socket;
  readonly #channels = new Map<string, number>();
  readonly #addresses: TransportAddress[] = [];

  private constructor(
    feeder: PacketPlane,
    listener: TransportAddress,
    socket: dgram.Socket,
    address: TransportAddress,
  ) {
    this.#feeder = feeder;
    this.#listener = listener;
    this.#socket = socket;
    this.address = address;
  }

  /** `others` are the addresses from which it hears. It closes with the scope. */
  static async open(
    scope: Scope,
    { feed, others }: { readonly feed: OpenPlane; readonly others: readonly string[] },
    name: string,
    record: Record,
  ): Promise<FedEndpoint> {
    const feeder = feed(scope, { onPacket: () => {} });
    const { listener, address: entry } = await feeder.listen({ address: "127.0.0.1", port: 0 });
    const socket = await bound();
    scope.defer(() => void socket.close());
    const free = await bound();
    const here = free.address();
    await new Promise<void>((resolve) => free.close(resolve));
    const fed = new FedEndpoint(feeder, entry, socket, { address: here.address, port: here.port });
    const client = { transport: "udp", listener, client: socket.address() } as const;
    await feeder.openRelay({ id: ONLY_RELAY, client, bound: fed.address, advertised: fed.address });
    for (const other of others) feeder.permit(ONLY_RELAY, other, true);
    record.name(fed.address, name);
    socket.on("message", (bytes) => fed.#unwrap(name, record, bytes));
    return fed;
  }

  send(bytes: Buffer, to: TransportAddress): void {
    const key = addressKey(to);
    let channel = this.#channels.get(key);
    if (channel === undefined) {
      channel = FIRST_CHANNEL + this.#addresses.push(to) - 1;
      this.#channels.set(key, channel);
      this.#feeder.bindChannel(ONLY_RELAY, channel, to);
    }
    this.#socket.send(encodeChannelData(channel, bytes), this.#listener.port, this.#listener.address);
  }

  #unwrap(name: string, record: Record, bytes: Buffer): void {
    const frame = isChannelData(bytes) ? decodeChannelData(bytes) : undefined;
    if (frame && !(frame instanceof DecodeError)) {
      record.arrive(name, record.nameOf(this.#addresses[frame.channel - FIRST_CHANNEL]!), frame.data);
      return;
    }
    const message = decodeMessage(bytes);
    if (message instanceof DecodeError) throw message;
    const data = Buffer.from(message.get(attributes.data) ?? []);
    record.arrive(name, record.nameOf(message.get(attributes.xorPeerAddress)!), data);
  }
}

async function bound(): Promise<dgram.Socket> {
  const socket = dgram.createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}
