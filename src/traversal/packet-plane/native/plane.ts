import { availableParallelism } from "node:os";
import type { Scope, TransportAddress } from "#base";
import { NativePlane as Lanes, NATIVE_COUNTERS, type NativePath, type UpRecord } from "#native";
import { CHANNEL_HEADER, isChannelData } from "#stun";
import {
  type Challenge,
  type ClientPath,
  noTraffic,
  type PacketPlane,
  type PacketTap,
  type PacketWriter,
  type PlaneListener,
  type PlaneStatus,
  type RelayCounters,
  type RelayOptions,
} from "../contract.ts";

/** Milliseconds. */
const BALANCE_EVERY = 200;
/** Little beside the 20 ms of an audio packet, and beside the way through any network. */
const PAUSE = 1000;

export interface NativeOptions {
  /** 0, as if left out, is one for each core. */
  readonly threads?: number | undefined;
  /** For so long at most packets wait for others, while many come: then each costs less. 1000 if left out. */
  readonly pauseMicroseconds?: number | undefined;
  /** All threads work, whatever the load; if left out, as many as it needs. */
  readonly alwaysSpread?: boolean | undefined;
}

/** The packet plane of the native addon behind the contract: threads move UDP, and streams are written here. */
export class NativePacketPlane implements PacketPlane {
  readonly dontFragment = true;
  readonly #up: PlaneListener;
  readonly #lanes: Lanes;
  #tap: PacketTap | undefined;
  /** Of the relays whose client is on a stream. */
  readonly #streams = new Map<number, PacketWriter>();
  /** What these were sent: only the connection knows what it took. */
  readonly #counted = new Map<number, RelayCounters>();

  constructor(scope: Scope, listener: PlaneListener, options: NativeOptions = {}) {
    const { threads = 0, pauseMicroseconds = PAUSE, alwaysSpread = false } = options;
    this.#up = listener;
    const lanes = threads || Math.min(availableParallelism(), 64);
    this.#lanes = new Lanes({ threads: lanes, pauseMicroseconds, alwaysSpread }, (record) => this.#onRecord(record));
    scope.defer(() => this.#lanes.close());
    scope.every(BALANCE_EVERY, () => this.#lanes.balance());
  }

  async listen({ address, port }: TransportAddress) {
    const { listener, port: chosen } = this.#lanes.listen({ address, port });
    return { listener, address: { address, port: chosen } };
  }

  setChallenge(challenge: Challenge | undefined): void {
    this.#lanes.setChallenge(challenge);
  }

  reply(client: ClientPath, message: Buffer): void {
    if (client.transport === "tcp") client.writer.write(message, true);
    else this.#lanes.reply(pathOf(client)!, message);
  }

  async openRelay({ id, client, bound, advertised, limits }: RelayOptions): Promise<void> {
    this.#lanes.openRelay({ id, path: pathOf(client), bound, advertised, limits });
    this.#follow(id, client);
  }

  closeRelay(id: number): void {
    this.#lanes.closeRelay(id);
    this.#streams.delete(id);
    this.#counted.delete(id);
  }

  moveRelay(id: number, client: ClientPath): void {
    if (!this.#lanes.relay(id)) return;
    this.#lanes.moveRelay(id, pathOf(client));
    this.#follow(id, client);
  }

  permit(id: number, address: string, allowed: boolean): void {
    this.#lanes.permit(id, address, allowed);
  }

  bindChannel(id: number, channel: number, peer: TransportAddress | undefined): void {
    this.#lanes.bindChannel(id, channel, peer);
  }

  sendToPeer(id: number, peer: TransportAddress, data: Buffer, dontFragment = false): void {
    this.#lanes.sendToPeer(id, peer, data, dontFragment);
  }

  admit(id: number, peer: TransportAddress): void {
    this.#lanes.admit(id, peer);
  }

  forgetAdmitted(id: number): void {
    this.#lanes.forgetAdmitted(id);
  }

  sendOnChannel(id: number, channel: number, data: Buffer): void {
    this.#lanes.sendOnChannel(id, channel, data);
  }

  counters(id: number): Readonly<RelayCounters> | undefined {
    const numbers = this.#lanes.relay(id);
    if (!numbers) return undefined;
    const here = this.#counted.get(id);
    const sum = noTraffic();
    for (const [i, key] of NATIVE_COUNTERS.entries()) sum[key] = numbers[i]! + (here?.[key] ?? 0);
    return sum;
  }

  idleMs(id: number): number | undefined {
    return this.#lanes.relay(id)?.[NATIVE_COUNTERS.length];
  }

  setTap(tap: PacketTap | undefined): void {
    this.#tap = tap;
    this.#lanes.setTapped(tap !== undefined);
  }

  status(): PlaneStatus {
    return { kind: "native", ...this.#lanes.status() };
  }

  #follow(id: number, client: ClientPath): void {
    if (client.transport === "tcp") this.#streams.set(id, client.writer);
    else this.#streams.delete(id);
  }

  #onRecord(record: UpRecord): void {
    if (record.kind === "packet") {
      const path = { transport: "udp", listener: record.id, client: record.remote, lane: record.lane } as const;
      this.#up.onPacket(path, Buffer.from(record.payload));
    } else if (record.kind === "frame") this.#toStream(record.id, Buffer.from(record.payload));
    else if (record.kind === "challenge") this.#up.onChallenge?.(record.remote, record.answered);
    else this.#tap?.packet(record.kind, record.local, record.remote, record.payload);
  }

  #toStream(id: number, frame: Buffer): void {
    const writer = this.#streams.get(id);
    if (!writer) return;
    const counted = this.#counted.get(id) ?? noTraffic();
    this.#counted.set(id, counted);
    if (!writer.write(frame)) {
      counted.droppedPackets++;
      return;
    }
    const payload = payloadOf(frame);
    if (payload === undefined) return;
    counted.receivedPackets++;
    counted.receivedBytes += payload;
  }
}

function pathOf(client: ClientPath): NativePath | undefined {
  if (client.transport === "tcp") return undefined;
  return { listener: client.listener, lane: client.lane ?? 0, client: client.client };
}

/** Offsets of a Data indication as the lanes write it: header, XOR-PEER-ADDRESS, DATA. */
const PEER_LENGTH = 22;
const DATA = 0x0013;

/** Bytes of a peer's packet in a frame; undefined for an ICMP indication, which is no traffic. */
function payloadOf(frame: Buffer): number | undefined {
  if (isChannelData(frame)) return frame.readUInt16BE(CHANNEL_HEADER - 2);
  const data = PEER_LENGTH + 2 + frame.readUInt16BE(PEER_LENGTH);
  return frame.readUInt16BE(data) === DATA ? frame.readUInt16BE(data + 2) : undefined;
}
