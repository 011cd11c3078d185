import {
  buildNack,
  buildPli,
  parseVp8,
  type RtpHeader,
  type SenderReport,
  startsH264Keyframe,
  Unwrapper16,
} from "#rtp";
import { BitrateMeter } from "./bitrate-meter.ts";
import { NackGenerator } from "./nack-generator.ts";
import { PacketCache } from "./packet-cache.ts";
import { type PictureSize, vp8PictureSize } from "./picture-size.ts";
import { ReceiveStatistics } from "./receive-statistics.ts";
import { type Rates, StreamMeter } from "./stream-meter.ts";
import { type Codec, FEEDBACK_SSRC, type MediaPacket } from "./types.ts";

/** Over two seconds of a 3 Mb/s layer; a second and more of audio. */
const VIDEO_CACHE = 1024;
const AUDIO_CACHE = 128;
const ACTIVE_US = 1_500_000;
const KEYFRAME_INTERVAL_US = 500_000;

export interface PacketParts {
  readonly buffer: Buffer;
  readonly header: RtpHeader;
  readonly codec: Codec;
  readonly audioLevel: number | undefined;
  readonly playoutDelay: number | undefined;
}

/** Wall clock and RTP time of one moment, by the sender. */
export interface SenderTime {
  readonly ntpSeconds: number;
  readonly rtpTimestamp: number;
}

/** One incoming RTP stream: a source without simulcast has one, another has one for each quality. */
export class Layer {
  readonly ssrc: number;
  readonly index: number;
  readonly openedUs: number;
  readonly clockRate: number;
  readonly statistics: ReceiveStatistics;
  readonly bitrate = new BitrateMeter();
  /** Of the newest packet. */
  mimeType: string | undefined;
  /** Of the newest key frame that says it. */
  picture: PictureSize | undefined;
  /** True while some subscription forwards this layer or waits for it. */
  watched = false;
  senderTime: SenderTime | undefined;
  readonly #unwrapper = new Unwrapper16();
  readonly #nack = new NackGenerator();
  readonly #cache: PacketCache;
  readonly #meter: StreamMeter;
  #lastPacketUs = Number.NEGATIVE_INFINITY;
  #lastKeyframeRequestUs = Number.NEGATIVE_INFINITY;
  #keyframeWanted = false;

  constructor(ssrc: number, index: number, kind: "audio" | "video", nowUs: number) {
    this.ssrc = ssrc;
    this.index = index;
    this.openedUs = nowUs;
    this.clockRate = kind === "video" ? 90_000 : 48_000;
    this.statistics = new ReceiveStatistics(this.clockRate);
    this.#meter = new StreamMeter(nowUs);
    this.#cache = new PacketCache(kind === "video" ? VIDEO_CACHE : AUDIO_CACHE);
  }

  /** Takes a packet in; undefined if it came before. `repeated` for one that came as a retransmission. */
  receive(parts: PacketParts, nowUs: number, repeated: boolean): MediaPacket | undefined {
    const { buffer, header, codec } = parts;
    const seq = this.#unwrapper.unwrap(header.sequenceNumber);
    const packet: MediaPacket = {
      ...parts,
      seq,
      ...payloadHead(buffer, header, codec),
      empty: header.payloadEnd === header.payloadStart,
    };
    if (!this.#cache.put(packet)) return undefined;
    this.#nack.received(seq, nowUs);
    if (repeated) this.statistics.recovered();
    else this.statistics.received(seq, header.timestamp, nowUs);
    this.#lastPacketUs = nowUs;
    this.bitrate.add(buffer.length, nowUs);
    this.#meter.add(buffer.length, header.marker);
    this.mimeType = codec.mimeType;
    if (packet.keyframe) this.#keyframe(packet);
    return packet;
  }

  /** To be called once a second, so that `rates` knows what was before. */
  sample(nowUs: number): void {
    this.#meter.sample(nowUs, this.statistics);
  }

  rates(nowUs: number): Rates {
    return this.#meter.rates(nowUs, this.statistics);
  }

  cached(seq: number): MediaPacket | undefined {
    return this.#cache.get(seq);
  }

  active(nowUs: number): boolean {
    return nowUs - this.#lastPacketUs < ACTIVE_US;
  }

  /** Asked for until a key frame comes, every 500 ms at most, however many want it. */
  wantKeyframe(): void {
    this.#keyframeWanted = true;
  }

  senderReport(report: SenderReport, nowUs: number): void {
    this.statistics.senderReport(report, nowUs);
    this.senderTime = {
      ntpSeconds: report.ntpSeconds + report.ntpFraction / 2 ** 32,
      rtpTimestamp: report.rtpTimestamp,
    };
  }

  /** RTCP that is due towards the publisher: what is missing, and a key frame if one is wanted. */
  feedback(nowUs: number): Buffer[] {
    const packets: Buffer[] = [];
    if (!this.watched) this.#nack.clear();
    const missing = this.#nack.due(nowUs);
    if (missing.length > 0) packets.push(buildNack(FEEDBACK_SSRC, this.ssrc, missing));
    if (this.#keyframeWanted && this.active(nowUs) && nowUs - this.#lastKeyframeRequestUs >= KEYFRAME_INTERVAL_US) {
      this.#lastKeyframeRequestUs = nowUs;
      packets.push(buildPli(FEEDBACK_SSRC, this.ssrc));
    }
    return packets;
  }

  #keyframe({ buffer, header, vp8 }: MediaPacket): void {
    this.#keyframeWanted = false;
    const size = vp8 && vp8PictureSize(buffer, header.payloadStart + vp8.length, header.payloadEnd);
    if (size) this.picture = size;
  }
}

function payloadHead(buffer: Buffer, header: RtpHeader, codec: Codec): Pick<MediaPacket, "keyframe" | "vp8"> {
  const { payloadStart, payloadEnd } = header;
  if (codec.mimeType === "video/H264")
    return { keyframe: startsH264Keyframe(buffer, payloadStart, payloadEnd), vp8: undefined };
  if (codec.mimeType !== "video/VP8") return { keyframe: false, vp8: undefined };
  const vp8 = parseVp8(buffer, payloadStart, payloadEnd);
  return { keyframe: vp8?.keyframe ?? false, vp8 };
}
