import type { ReportBlock, RtcpPacket, TransportFeedback } from "#rtp";
import { BandwidthEstimator, type SentPacket } from "./bandwidth-estimator.ts";
import { allocateLayers } from "./layer-allocation.ts";
import type { PacketWriter, Rewrite } from "./packet-writer.ts";
import type { Subscription, SubscriptionOutput } from "./subscription.ts";
import type { LegOutput, MediaPacket, SubscriptionOptions } from "./types.ts";

const ALLOCATION_US = 200_000;
/** Packets whose feedback may still come: 2 s at 4000 packets a second. A power of two. */
const HISTORY = 8192;
/** An audio subscription's share of the line, with its headers. */
const AUDIO_BITRATE = 50_000;
/** Of the newest round trip: each of a leg's streams tells one every second or so. */
const ROUND_TRIP_WEIGHT = 0.25;

/** The receiving half of a leg: its subscriptions, their common transport numbers and the estimate of its line. */
export class Receiver implements SubscriptionOutput {
  readonly subscriptions = new Map<string, Subscription>();
  readonly #output: LegOutput;
  readonly #writer: PacketWriter;
  readonly #estimator = new BandwidthEstimator();
  readonly #sent: (SentPacket & { readonly seq: number })[] = [];
  #transportSeq = 0;
  #estimated = false;
  #remb = Number.POSITIVE_INFINITY;
  #allocatedUs = 0;
  #nacksBefore = 0;
  #roundTripUs: number | undefined;

  /** `writer` may be shared: a packet is sent before the next one is written. */
  constructor(output: LegOutput, writer: PacketWriter) {
    this.#output = output;
    this.#writer = writer;
  }

  /** Retransmissions sent, those of ended subscriptions included. */
  get nacksAnswered(): number {
    return [...this.subscriptions.values()].reduce((sum, s) => sum + s.nacksAnswered, this.#nacksBefore);
  }

  /** Bits per second that the line takes by its feedback, or infinity before there is any. */
  get estimate(): number {
    return Math.min(this.#estimated ? this.#estimator.estimate : Number.POSITIVE_INFINITY, this.#remb);
  }

  /** Between us and the client and back, smoothed; undefined until it has answered a sender report. */
  get roundTripTimeMs(): number | undefined {
    return this.#roundTripUs === undefined ? undefined : this.#roundTripUs / 1000;
  }

  remove(subscription: Subscription): void {
    this.#nacksBefore += subscription.nacksAnswered;
    this.subscriptions.delete(subscription.options.subscriptionId);
  }

  send(packet: MediaPacket, options: SubscriptionOptions, rewrite: Omit<Rewrite, "transportSeq">): number {
    const seq = options.extensions.transportCc ? this.#transportSeq++ : 0;
    const bytes = this.#writer.write(packet, options.extensions, { ...rewrite, transportSeq: seq });
    if (options.extensions.transportCc)
      this.#sent[seq % HISTORY] = { seq, bytes: bytes.length, sentUs: rewrite.nowUs, arrivalUs: undefined };
    this.#output.sendRtp(bytes);
    return bytes.length;
  }

  sendRtcp(packet: Buffer): void {
    this.#output.sendRtcp(packet);
  }

  receiveRtcp(packet: RtcpPacket, nowUs: number): void {
    if (packet.type === "nack") this.#bySsrc(packet.mediaSsrc)?.nack(packet.sequenceNumbers, nowUs);
    else if (packet.type === "pli") this.#bySsrc(packet.mediaSsrc)?.keyframeWanted();
    else if (packet.type === "fir") for (const ssrc of packet.ssrcs) this.#bySsrc(ssrc)?.keyframeWanted();
    else if (packet.type === "remb") this.#remb = packet.bitrate;
    else if (packet.type === "transport-feedback") this.#feedback(packet.feedback, nowUs);
    else if (packet.type === "receiver-report" || packet.type === "sender-report")
      for (const block of packet.reports) this.#reported(block, nowUs);
  }

  /** Chooses what each video subscription may have. */
  tick(nowUs: number): void {
    if (nowUs - this.#allocatedUs < ALLOCATION_US) return;
    this.#allocatedUs = nowUs;
    const wanting = [...this.subscriptions.values()].filter((s) => !s.paused && !s.source.muted);
    const videos = wanting.filter((s) => s.source.options.kind === "video");
    const budget = this.estimate - AUDIO_BITRATE * (wanting.length - videos.length);
    const demands = videos.map((subscription) => ({
      current: subscription.current?.index,
      layers: subscription.source.layers
        .filter((layer) => layer.active(nowUs) && layer.index <= subscription.maxLayer)
        .map((layer) => ({ index: layer.index, bitrate: layer.bitrate.rate(nowUs) })),
    }));
    allocateLayers(demands, budget).forEach((allowed, i) => {
      videos[i]!.allowedLayer = Number.isFinite(budget) ? allowed : Number.POSITIVE_INFINITY;
    });
  }

  #bySsrc(ssrc: number): Subscription | undefined {
    return [...this.subscriptions.values()].find((s) => s.options.ssrc === ssrc);
  }

  #reported(block: ReportBlock, nowUs: number): void {
    const tookUs = this.#bySsrc(block.ssrc)?.reported(block, nowUs);
    if (tookUs === undefined) return;
    const before = this.#roundTripUs ?? tookUs;
    this.#roundTripUs = before + (tookUs - before) * ROUND_TRIP_WEIGHT;
  }

  #feedback(feedback: TransportFeedback, nowUs: number): void {
    const newest = this.#transportSeq - 1;
    // The highest number not above the newest that has the base's lower 16 bits.
    const base = newest - ((newest - feedback.baseSequence) & 0xffff);
    const packets: SentPacket[] = [];
    feedback.arrivals.forEach((arrivalUs, i) => {
      const sent = this.#sent[(base + i) % HISTORY];
      if (sent?.seq !== base + i) return;
      // Each packet counts once, also if it is reported again.
      if (arrivalUs !== undefined) delete this.#sent[(base + i) % HISTORY];
      packets.push({ bytes: sent.bytes, sentUs: sent.sentUs, arrivalUs });
    });
    if (packets.length === 0) return;
    this.#estimated = true;
    this.#estimator.feedback(packets, nowUs);
  }
}
