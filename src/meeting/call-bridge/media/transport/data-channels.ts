import type { DataLabel } from "../control.ts";
import { CHANNEL_ACK, type ChannelOpen, decodeChannelOpen, PayloadProtocol } from "./dcep.ts";
import { openSctp, type SctpAssociation } from "./sctp.ts";

export interface DataChannelEvents {
  onPacket(packet: Buffer): void;
  onData(label: DataLabel, data: Buffer): void;
  onBroken(why: string): void;
}

const LABELS: ReadonlySet<string> = new Set<DataLabel>(["_reliable", "_lossy"]);
/** Of one client, those with labels unknown to us included. */
const MAX_CHANNELS = 16;
/** Bytes of one message either way; what the SDP says in a=max-message-size (RFC 8841 6). */
export const MAX_MESSAGE = 64 * 1024;
const RELIABLE = { ordered: true, maxRetransmits: undefined, maxLifetimeMs: undefined } as const;
const ZERO = Buffer.alloc(1);

/** The data channels that one client opens. */
export class DataChannels {
  readonly #sctp: SctpAssociation;
  readonly #events: DataChannelEvents;
  readonly #open = new Map<number, ChannelOpen>();

  constructor(remotePort: number, events: DataChannelEvents) {
    this.#events = events;
    this.#sctp = openSctp(remotePort, {
      onPacket: (packet) => events.onPacket(packet),
      onMessage: (streamId, protocol, message) => this.#message(streamId, protocol, message),
      onReset: (streamIds) => {
        for (const streamId of streamIds) this.#open.delete(streamId);
      },
      onBroken: (why) => events.onBroken(why),
    });
  }

  receive(packet: Buffer): void {
    this.#sctp.receive(packet);
  }

  /** False if there is no such channel, the message is too long or the client does not keep up. */
  send(label: DataLabel, data: Uint8Array): boolean {
    if (data.length > MAX_MESSAGE) return false;
    for (const [streamId, channel] of this.#open)
      if (channel.label === label) {
        if (data.length === 0) return this.#sctp.send(streamId, PayloadProtocol.emptyBinary, ZERO, channel);
        return this.#sctp.send(streamId, PayloadProtocol.binary, Buffer.from(data), channel);
      }
    return false;
  }

  close(): void {
    this.#open.clear();
    this.#sctp.close();
  }

  #message(streamId: number, protocol: number, message: Buffer): void {
    if (protocol === PayloadProtocol.dcep) this.#establish(streamId, message);
    else this.#deliver(streamId, protocol, message);
  }

  #deliver(streamId: number, protocol: number, message: Buffer): void {
    const label = this.#open.get(streamId)?.label;
    if (label === undefined || !LABELS.has(label) || message.length > MAX_MESSAGE) return;
    const empty = protocol === PayloadProtocol.emptyBinary || protocol === PayloadProtocol.emptyText;
    this.#events.onData(label as DataLabel, empty ? Buffer.alloc(0) : message);
  }

  #establish(streamId: number, message: Buffer): void {
    const open = decodeChannelOpen(message);
    if (!open || (this.#open.size >= MAX_CHANNELS && !this.#open.has(streamId))) return;
    this.#open.set(streamId, open);
    this.#sctp.send(streamId, PayloadProtocol.dcep, CHANNEL_ACK, RELIABLE);
  }
}
