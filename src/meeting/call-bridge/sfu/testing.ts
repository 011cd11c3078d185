import { forEachExtension, parseRtcp, parseRtp, parseVp8, type RtcpPacket, writeRtpHeader } from "#rtp";
import { Sfu, TICK_MS } from "./sfu.ts";
import type { Codec, ExtensionIds, LegOutput, SourceOptions, Speaker, SubscriptionOptions } from "./types.ts";

/** What the tests of this folder build their worlds from: senders, receivers and a clock. No part of the product imports it. */

export const IDS = { audioLevel: 1, transportCc: 3, mid: 4, rid: 10, repairedRid: 11 } as const satisfies ExtensionIds;
export const OPUS: Codec = { mimeType: "audio/opus", payloadType: 111 };
export const VP8: Codec = { mimeType: "video/VP8", payloadType: 96, rtxPayloadType: 97 };

export function source(id: string, legId: string, more: Partial<SourceOptions> = {}): SourceOptions {
  const kind = more.kind ?? "video";
  const codecs = kind === "video" ? [VP8] : [OPUS];
  return { sourceId: id, legId, mid: `m-${id}`, kind, codecs, extensions: IDS, rids: [], ssrcs: [], ...more };
}

export function subscription(
  id: string,
  legId: string,
  sourceId: string,
  more: Partial<SubscriptionOptions> = {},
): SubscriptionOptions {
  const codecs = [
    { ...OPUS, payloadType: 63 },
    { ...VP8, payloadType: 100, rtxPayloadType: 101 },
  ];
  const ids = { subscriptionId: id, legId, sourceId, mid: "7", ssrc: 0xaaaa, rtxSsrc: 0xbbbb };
  return { ...ids, codecs, extensions: { audioLevel: 5, transportCc: 6 }, ...more };
}

export interface Received {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly seq: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly pictureId: number | undefined;
  readonly tl0PicIdx: number | undefined;
  /** The payload behind the VP8 descriptor, if it has one; for a retransmission behind the original number. */
  readonly body: string;
  readonly original: number | undefined;
  readonly extensions: Readonly<Record<number, string>>;
}

/** A leg's far end: keeps what the SFU sent to it. */
export class Client implements LegOutput {
  readonly rtp: Received[] = [];
  readonly rtcp: RtcpPacket[] = [];
  readonly #rtxPayloadType: number;

  constructor(rtxPayloadType = 101) {
    this.#rtxPayloadType = rtxPayloadType;
  }

  sendRtp(bytes: Buffer): void {
    const packet = Buffer.from(bytes);
    const header = parseRtp(packet)!;
    const rtx = header.payloadType === this.#rtxPayloadType;
    const start = header.payloadStart + (rtx ? 2 : 0);
    const vp8 = header.payloadType >= 96 ? parseVp8(packet, start, header.payloadEnd) : undefined;
    const extensions: Record<number, string> = {};
    forEachExtension(packet, header, (id, at, length) => {
      extensions[id] = packet.toString("hex", at, at + length);
    });
    this.rtp.push({
      ssrc: header.ssrc,
      payloadType: header.payloadType,
      seq: header.sequenceNumber,
      timestamp: header.timestamp,
      marker: header.marker,
      pictureId: vp8?.pictureId,
      tl0PicIdx: vp8?.tl0PicIdx,
      body: packet.toString("latin1", start + (vp8?.length ?? 0), header.payloadEnd),
      original: rtx ? packet.readUInt16BE(header.payloadStart) : undefined,
      extensions,
    });
  }

  sendRtcp(packet: Buffer): void {
    this.rtcp.push(...parseRtcp(packet));
  }

  of<T extends RtcpPacket["type"]>(type: T): Extract<RtcpPacket, { type: T }>[] {
    return this.rtcp.filter((packet): packet is Extract<RtcpPacket, { type: T }> => packet.type === type);
  }

  /** Takes what has come since the last call. */
  take(): Received[] {
    return this.rtp.splice(0);
  }
}

/** An SFU with a clock that moves only by `run`. */
export class World {
  readonly speakers: { readonly callId: string; readonly speakers: readonly Speaker[] }[] = [];
  readonly sfu: Sfu;
  us = 1_000_000_000;

  constructor(random: () => number = () => 0.5) {
    this.sfu = new Sfu({ random, onSpeakers: (callId, speakers) => this.speakers.push({ callId, speakers }) });
  }

  leg(legId: string, callId = "call"): Client {
    const client = new Client();
    this.sfu.addLeg(legId, callId, client);
    return client;
  }

  run(ms: number, each?: (atMs: number) => unknown): void {
    for (let at = 0; at < ms; at += TICK_MS) {
      each?.(at);
      this.us += TICK_MS * 1000;
      this.sfu.tick(this.us);
    }
  }

  send(legId: string, packet: Buffer): void {
    this.sfu.receiveRtp(legId, packet, this.us);
  }

  rtcp(legId: string, packet: Buffer): void {
    this.sfu.receiveRtcp(legId, packet, this.us);
  }
}

export interface StreamStart {
  readonly ssrc: number;
  readonly mid?: string;
  readonly rid?: string;
  readonly payloadType?: number;
  readonly seq?: number;
  readonly timestamp?: number;
  readonly pictureId?: number;
}

/** One RTP stream of a publisher. */
export class Stream {
  readonly start: StreamStart;
  seq: number;
  timestamp: number;
  pictureId: number;
  #frames = 0;

  constructor(start: StreamStart) {
    this.start = start;
    this.seq = start.seq ?? 1000;
    this.timestamp = start.timestamp ?? 90_000;
    this.pictureId = start.pictureId ?? 100;
  }

  /** A VP8 frame of `count` packets; bodies are `<name><packet>`. */
  frame(keyframe: boolean, count = 1, name = `f${this.#frames}.`): Buffer[] {
    const packets = Array.from({ length: count }, (_, i) => {
      const descriptor = Buffer.from([i === 0 ? 0x90 : 0x80, 0xe0, 0, 0, this.#frames & 0xff, 0x20]);
      descriptor.writeUInt16BE(0x8000 | (this.pictureId & 0x7fff), 2);
      const head = Buffer.from([keyframe ? 0x50 : 0x51]);
      return this.packet(Buffer.concat([descriptor, head, Buffer.from(`${name}${i}`, "latin1")]), i === count - 1);
    });
    this.timestamp = (this.timestamp + 3000) >>> 0;
    this.pictureId = (this.pictureId + 1) & 0x7fff;
    this.#frames++;
    return packets;
  }

  audio(level: number, body = "a"): Buffer {
    const packet = this.packet(Buffer.from(body), false, level);
    this.timestamp = (this.timestamp + 960) >>> 0;
    return packet;
  }

  /** A packet of padding alone, as senders use to probe. */
  padding(): Buffer {
    const packet = Buffer.concat([this.packet(Buffer.alloc(0), false), Buffer.from([0, 0, 0, 4])]);
    packet[0] = packet[0]! | 0x20;
    return packet;
  }

  packet(payload: Buffer, marker: boolean, level?: number): Buffer {
    const { ssrc, payloadType = 96 } = this.start;
    const header = Buffer.alloc(12);
    const fields = { marker, payloadType, ssrc, sequenceNumber: this.seq, timestamp: this.timestamp };
    writeRtpHeader(header, fields, true);
    this.seq = (this.seq + 1) & 0xffff;
    return Buffer.concat([header, this.#extensions(level), payload]);
  }

  /** A retransmission of a packet of this stream, under another SSRC (RFC 4588). */
  rtx(packet: Buffer, rtxSeq: number, ssrc: number): Buffer {
    const at = parseRtp(packet)!.payloadStart;
    const head = Buffer.from(packet.subarray(0, at));
    head[1] = (head[1]! & 0x80) | 97;
    head.writeUInt16BE(rtxSeq & 0xffff, 2);
    head.writeUInt32BE(ssrc, 8);
    return Buffer.concat([head, packet.subarray(2, 4), packet.subarray(at)]);
  }

  #extensions(level: number | undefined): Buffer {
    const { mid, rid } = this.start;
    const elements = [
      ...(mid === undefined ? [] : [Buffer.from([(IDS.mid << 4) | (mid.length - 1)]), Buffer.from(mid)]),
      ...(rid === undefined ? [] : [Buffer.from([(IDS.rid << 4) | (rid.length - 1)]), Buffer.from(rid)]),
      ...(level === undefined ? [] : [Buffer.from([IDS.audioLevel << 4, level])]),
    ];
    const body = Buffer.concat(elements);
    const padded = Buffer.concat([body, Buffer.alloc(-body.length & 3)]);
    return Buffer.concat([Buffer.from([0xbe, 0xde, 0, padded.length / 4]), padded]);
  }
}

/** A publisher "p" with a VP8 source, and a receiver "r". */
export function video(more: { readonly rids?: string[]; readonly seq?: number; readonly pictureId?: number } = {}) {
  const world = new World();
  const [publisher, receiver] = [world.leg("p"), world.leg("r")];
  world.sfu.addSource(source("v", "p", { rids: more.rids ?? [] }));
  world.sfu.addSubscription(subscription("s", "r", "v"), world.us);
  const stream = new Stream({ ssrc: 1, mid: "m-v", ...more });
  const send = (packets: readonly Buffer[]) => {
    for (const packet of packets) world.send("p", packet);
  };
  return { world, publisher, receiver, stream, send };
}
