import { buildSenderReport, distance16, distance32, type ReportBlock, type SenderReport } from "#rtp";
import { matchCodec } from "./codec-match.ts";
import type { Layer } from "./layer.ts";
import type { Rewrite } from "./packet-writer.ts";
import { ReportMemory } from "./report-memory.ts";
import { SequenceMap } from "./sequence-map.ts";
import type { Source, SourceListener } from "./source.ts";
import { percentage, StreamMeter } from "./stream-meter.ts";
import { switchTo } from "./stream-switch.ts";
import type { Codec, Forwarding, MediaPacket, StreamStats, SubscriptionOptions } from "./types.ts";

/** A layer as it goes out since a switch: what is added to its timestamps and, for VP8, to its picture numbers. */
export interface Stream {
  readonly layer: Layer;
  readonly timestampDelta: number;
  readonly pictureIdDelta: number;
  readonly tl0PicIdxDelta: number;
}

/** The newest packet that went out. */
export interface Newest {
  readonly timestamp: number;
  readonly atUs: number;
  readonly pictureId: number;
  readonly tl0PicIdx: number;
  readonly stream: Stream;
}

/** The receiving leg, as a subscription needs it. */
export interface SubscriptionOutput {
  /** Fills in what belongs to the whole leg and sends; returns the number of bytes. */
  send(packet: MediaPacket, options: SubscriptionOptions, rewrite: Omit<Rewrite, "transportSeq">): number;
  sendRtcp(packet: Buffer): void;
}

type PacketHead = Pick<Rewrite, "payloadType" | "ssrc" | "sequenceNumber" | "original">;

/** Packets that carry the mid, until the receiver surely knows the SSRC. */
const MID_PACKETS = 64;
/** Retransmissions: so many at once, then so many each second. One receiver's NACKs must not fill its own line. */
const REPEAT_BURST = 200;
const REPEATS_PER_S = 400;

/** One source forwarded to one leg, under an SSRC, sequence numbers and timestamps of its own without a seam. */
export class Subscription implements SourceListener {
  options: SubscriptionOptions;
  readonly source: Source;
  /** The receiver's wish: the highest layer, and whether it wants anything now. */
  maxLayer = Number.POSITIVE_INFINITY;
  paused = false;
  /** What the estimate of the receiver's line allows. */
  allowedLayer = Number.POSITIVE_INFINITY;
  nacksAnswered = 0;
  readonly #output: SubscriptionOutput;
  readonly #map: SequenceMap<Stream>;
  #codecs = new Map<Codec, Codec | undefined>();
  #stream: Stream | undefined;
  #target: Layer | undefined;
  #newest: Newest | undefined;
  #packets = 0;
  #octets = 0;
  #rtxSeq: number;
  #repeats = { left: REPEAT_BURST, atUs: 0 };
  readonly #meter: StreamMeter;
  readonly #reports = new ReportMemory();
  #mimeType: string | undefined;

  constructor(
    options: SubscriptionOptions,
    source: Source,
    output: SubscriptionOutput,
    random: () => number,
    nowUs: number,
  ) {
    this.#meter = new StreamMeter(nowUs);
    this.options = options;
    this.source = source;
    this.#output = output;
    this.#map = new SequenceMap(0x10000 + Math.floor(random() * 0x10000));
    this.#rtxSeq = Math.floor(random() * 0x10000);
  }

  update(options: SubscriptionOptions): void {
    this.options = options;
    this.#codecs = new Map();
  }

  forward({ maxLayer, paused }: Forwarding): void {
    this.maxLayer = maxLayer;
    this.paused = paused;
    if (paused) this.restart();
  }

  /** Sends nothing until the next key frame, and then goes on without a gap. */
  restart(): void {
    this.#stream = undefined;
    this.#target = undefined;
  }

  /** The layer that goes out now, or undefined. */
  get current(): Layer | undefined {
    return this.#stream?.layer;
  }

  /** Chooses the layer anew and marks what is watched. Called often: sources start, stop and change layers by themselves. */
  retarget(nowUs: number): void {
    if (this.paused || this.source.muted) return;
    this.#target = this.#choose(nowUs);
    if (!this.#target) return;
    this.#target.watched = true;
    if (this.#stream) this.#stream.layer.watched = true;
    if (this.#target !== this.#stream?.layer && this.source.options.kind === "video") this.#target.wantKeyframe();
  }

  onPacket(layer: Layer, packet: MediaPacket, nowUs: number): void {
    if (this.paused || !this.#accepts(packet.codec)) return;
    this.#target ??= this.#choose(nowUs);
    if (layer !== this.#stream?.layer && this.#maySwitchTo(layer, packet)) {
      this.#stream = switchTo(layer, packet, this.#newest, nowUs);
      this.#map.begin(this.#stream, packet.seq);
    }
    const stream = this.#stream;
    if (!stream || stream.layer !== layer) return;
    if (packet.empty && this.#map.skip(stream, packet.seq)) return;
    const inOrder = this.#map.next;
    const out = this.#map.place(stream, packet.seq);
    if (out === undefined) return;
    if (out >= inOrder) this.#remember(stream, packet, nowUs);
    this.#packets++;
    this.#octets += packet.header.payloadEnd - packet.header.payloadStart;
    this.#mimeType = packet.codec.mimeType;
    const { payloadType } = this.#codecs.get(packet.codec)!;
    const { ssrc } = this.options;
    this.#send(stream, packet, { payloadType, ssrc, sequenceNumber: out, original: undefined }, nowUs);
  }

  onSenderReport(layer: Layer, sent: SenderReport, nowUs: number): void {
    if (this.#stream?.layer !== layer) return;
    const { ntpSeconds, ntpFraction, rtpTimestamp } = sent;
    this.#reports.sending(sent, nowUs);
    const report = {
      ntpSeconds,
      ntpFraction,
      ssrc: this.options.ssrc,
      rtpTimestamp: rtpTimestamp + this.#stream.timestampDelta,
      packetCount: this.#packets,
      octetCount: this.#octets,
    };
    this.#output.sendRtcp(buildSenderReport(report));
  }

  /** What the receiver says of this stream. Returns the round trip in microseconds, if it tells that. */
  reported(block: ReportBlock, nowUs: number): number | undefined {
    return this.#reports.received(block, nowUs);
  }

  /** To be called once a second. */
  sample(nowUs: number): void {
    this.#meter.sample(nowUs);
  }

  stats(nowUs: number): StreamStats {
    const { kind, sourceId } = this.source.options;
    const { bitRate, frameRate } = this.#meter.rates(nowUs);
    const block = this.#reports.block(nowUs);
    return {
      sourceId,
      subscriptionId: this.options.subscriptionId,
      kind,
      ...(this.#mimeType === undefined ? {} : { mimeType: this.#mimeType }),
      bitRate,
      packetLossPercentage: percentage(block?.fractionLost ?? 0, 256),
      jitterMs: (1000 * (block?.jitter ?? 0)) / (kind === "video" ? 90_000 : 48_000),
      ...this.current?.picture,
      ...(kind === "video" ? { frameRate } : {}),
    };
  }

  /**
   * Repeats what the receiver misses by RTX, as far as the cache has it and the receiver's share allows. Without RTX nothing
   * is repeated: SRTP takes no number twice, since its key stream must not be used twice (RFC 3711 9.1).
   */
  nack(sequenceNumbers: readonly number[], nowUs: number): void {
    if (this.paused || this.source.muted) return;
    for (const number of sequenceNumbers) {
      const newest = this.#map.next - 1;
      const out = newest + distance16(newest & 0xffff, number);
      const found = this.#map.source(out);
      const packet = found?.stream.layer.cached(found.seq);
      const payloadType = packet && this.#codecs.get(packet.codec)?.rtxPayloadType;
      if (!found || !packet || payloadType === undefined || !this.#mayRepeat(nowUs)) continue;
      this.nacksAnswered++;
      const repeat = { payloadType, ssrc: this.options.rtxSsrc, sequenceNumber: this.#rtxSeq++, original: out };
      this.#send(found.stream, packet, repeat, nowUs);
    }
  }

  /** The receiver cannot decode (PLI, FIR). */
  keyframeWanted(): void {
    if (!this.paused && !this.source.muted) this.#stream?.layer.wantKeyframe();
  }

  #choose(nowUs: number): Layer | undefined {
    return this.source.pick(Math.min(this.maxLayer, this.allowedLayer), nowUs);
  }

  #accepts(codec: Codec): boolean {
    if (!this.#codecs.has(codec)) this.#codecs.set(codec, matchCodec(codec, this.options.codecs));
    return this.#codecs.get(codec) !== undefined;
  }

  #maySwitchTo(layer: Layer, packet: MediaPacket): boolean {
    return layer === this.#target && !packet.empty && (packet.keyframe || this.source.options.kind === "audio");
  }

  #remember(stream: Stream, packet: MediaPacket, nowUs: number): void {
    const timestamp = (packet.header.timestamp + stream.timestampDelta) >>> 0;
    const before = this.#newest;
    const later = !before || distance32(before.timestamp, timestamp) > 0;
    this.#newest = {
      stream,
      timestamp: later ? timestamp : before.timestamp,
      atUs: later ? nowUs : before.atUs,
      pictureId:
        packet.vp8?.pictureId === undefined ? (before?.pictureId ?? 0) : packet.vp8.pictureId + stream.pictureIdDelta,
      tl0PicIdx:
        packet.vp8?.tl0PicIdx === undefined ? (before?.tl0PicIdx ?? 0) : packet.vp8.tl0PicIdx + stream.tl0PicIdxDelta,
    };
  }

  #send(stream: Stream, packet: MediaPacket, head: PacketHead, nowUs: number): void {
    const bytes = this.#output.send(packet, this.options, {
      ...head,
      timestamp: packet.header.timestamp + stream.timestampDelta,
      pictureId: (packet.vp8?.pictureId ?? 0) + stream.pictureIdDelta,
      tl0PicIdx: (packet.vp8?.tl0PicIdx ?? 0) + stream.tl0PicIdxDelta,
      mid: this.#packets <= MID_PACKETS ? this.options.mid : undefined,
      nowUs,
    });
    this.#meter.add(bytes, packet.header.marker && head.original === undefined);
  }

  #mayRepeat(nowUs: number): boolean {
    const earned = ((nowUs - this.#repeats.atUs) * REPEATS_PER_S) / 1e6;
    const left = Math.min(REPEAT_BURST, this.#repeats.left + earned);
    this.#repeats = { left: Math.max(0, left - 1), atUs: nowUs };
    return left >= 1;
  }
}
