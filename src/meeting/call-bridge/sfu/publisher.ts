import { buildReceiverReport, MAX_REPORT_BLOCKS, parseRtp, type RtpHeader, type SenderReport, unwrapRtx } from "#rtp";
import { ArrivalRecorder } from "./arrival-recorder.ts";
import { IncomingExtensions } from "./incoming-extensions.ts";
import type { Layer } from "./layer.ts";
import { MAX_PACKET } from "./packet-writer.ts";
import type { Source } from "./source.ts";
import { FEEDBACK_SSRC, type LegOutput } from "./types.ts";

const FEEDBACK_US = 50_000;
const REPORT_US = 1_000_000;
const MAX_FORMER = 64;
const LAYER_CHANGE_US = 1_000_000;

interface Binding {
  readonly source: Source;
  readonly index: number;
  readonly repairs: boolean;
}

/** The sending half of a leg: finds the source and layer of each packet that arrives, and sends feedback for them. */
export class Publisher {
  readonly sources = new Map<string, Source>();
  readonly #output: LegOutput;
  readonly #heard: (element: number) => void;
  readonly #extensions = new IncomingExtensions();
  readonly #arrivals = new ArrivalRecorder();
  /** At most two for each layer of each source: a new SSRC for a layer takes the place of its former one. */
  readonly #bindings = new Map<number, Binding>();
  /** A browser says mid and rid only until a report acknowledges its SSRC: a source that begins anew must not need them. */
  readonly #former = new Map<number, { readonly mid: string; readonly index: number; readonly repairs: boolean }>();
  #mediaSsrc = 0;
  #feedbackUs = 0;
  #reportUs = 0;

  /** `heard` gets the audio level element of each audio packet that is not muted. */
  constructor(output: LegOutput, heard: (element: number) => void) {
    this.#output = output;
    this.#heard = heard;
  }

  add(source: Source): void {
    this.sources.set(source.options.sourceId, source);
    this.#extensions.learn(source.options.extensions);
  }

  remove(source: Source): void {
    this.sources.delete(source.options.sourceId);
    for (const [ssrc, binding] of this.#bindings) if (binding.source === source) this.#unbind(ssrc, binding);
  }

  /** Takes one decrypted packet; the buffer stays ours. What belongs to no source is dropped. */
  receiveRtp(packet: Buffer, nowUs: number): void {
    const header = packet.length <= MAX_PACKET ? parseRtp(packet) : undefined;
    if (!header) return;
    this.#extensions.read(packet, header);
    if (this.#extensions.transportSeq !== undefined) this.#arrivals.received(this.#extensions.transportSeq, nowUs);
    const binding = this.#bindings.get(header.ssrc) ?? this.#bind(header, nowUs);
    if (!binding) return;
    this.#mediaSsrc = header.ssrc;
    if (binding.repairs) this.#repair(binding, packet, header, nowUs);
    else this.#deliver(binding, packet, header, nowUs, false);
  }

  senderReport(report: SenderReport, nowUs: number): void {
    const layer = this.#layerOf(report.ssrc);
    if (!layer) return;
    layer.senderReport(report, nowUs);
    const source = this.#bindings.get(report.ssrc)!.source;
    for (const listener of source.listeners) listener.onSenderReport(layer, report, nowUs);
  }

  /** The event loop stood still: see `ArrivalRecorder`. */
  stalled(fromUs: number, toUs: number): void {
    this.#arrivals.stalled(fromUs, toUs);
  }

  /** Sends what feedback is due. */
  tick(nowUs: number): void {
    for (const source of this.sources.values()) for (const layer of source.layers) this.#send(layer.feedback(nowUs));
    if (nowUs - this.#feedbackUs >= FEEDBACK_US) {
      this.#feedbackUs = nowUs;
      this.#send(this.#arrivals.flush(this.#mediaSsrc, nowUs));
    }
    if (nowUs - this.#reportUs >= REPORT_US) {
      this.#reportUs = nowUs;
      this.#report(nowUs);
    }
  }

  #repair(binding: Binding, packet: Buffer, header: RtpHeader, nowUs: number): void {
    const layer = binding.source.layerAt(binding.index);
    const payloadType = binding.source.originalPayloadType(header.payloadType);
    if (!layer || payloadType === undefined) return;
    const restored = unwrapRtx(packet, header, payloadType, layer.ssrc);
    const restoredHeader = restored && parseRtp(restored);
    if (restored && restoredHeader) this.#deliver(binding, restored, restoredHeader, nowUs, true);
  }

  #deliver(binding: Binding, buffer: Buffer, header: RtpHeader, nowUs: number, repeated: boolean): void {
    const { source, index } = binding;
    const codec = source.codec(header.payloadType);
    const layer = source.layerAt(index);
    if (!codec || !layer) return;
    const { audioLevel, playoutDelay } = this.#extensions;
    const packet = layer.receive({ buffer, header, codec, audioLevel, playoutDelay }, nowUs, repeated);
    if (!packet || source.muted) return;
    if (audioLevel !== undefined && source.options.kind === "audio") this.#heard(audioLevel);
    for (const listener of source.listeners) listener.onPacket(layer, packet, nowUs);
  }

  /** By mid and rid (RFC 8843 9.2, 8852), else by the SSRCs that the offer named, else by where the SSRC was before. */
  #bind(header: RtpHeader, nowUs: number): Binding | undefined {
    const found = this.#byMid(header) ?? this.#bySignalledSsrc(header.ssrc) ?? this.#byFormer(header.ssrc);
    if (!found || this.#changesTooOften(found, nowUs)) return undefined;
    for (const [ssrc, other] of this.#bindings)
      if (other.source === found.source && other.index === found.index && other.repairs === found.repairs)
        this.#bindings.delete(ssrc);
    this.#bindings.set(header.ssrc, found);
    if (!found.repairs) found.source.openLayer(found.index, header.ssrc, nowUs);
    return found;
  }

  /** A layer has a cache to throw away: a peer that names a new SSRC in each packet is not followed. */
  #changesTooOften(binding: Binding, nowUs: number): boolean {
    const layer = binding.repairs ? undefined : binding.source.layerAt(binding.index);
    return layer !== undefined && nowUs - layer.openedUs < LAYER_CHANGE_US;
  }

  #byMid(header: RtpHeader): Binding | undefined {
    const { mid, rid, repairedRid } = this.#extensions;
    if (mid === undefined) return undefined;
    const source = [...this.sources.values()].find((s) => s.options.mid === mid);
    if (!source) return undefined;
    const repairs = repairedRid !== undefined || source.originalPayloadType(header.payloadType) !== undefined;
    const index = source.options.rids.length === 0 ? 0 : source.options.rids.indexOf(repairedRid ?? rid ?? "");
    // Several signalled SSRCs under one mid and no rid: only the SSRC tells the layer.
    return index < 0 || (!source.options.rids.length && source.layerCount > 1) ? undefined : { source, index, repairs };
  }

  #bySignalledSsrc(ssrc: number): Binding | undefined {
    for (const source of this.sources.values()) {
      const index = source.options.ssrcs.findIndex((pair) => pair.media === ssrc || pair.rtx === ssrc);
      if (index >= 0 && index < source.layerCount)
        return { source, index, repairs: source.options.ssrcs[index]!.media !== ssrc };
    }
    return undefined;
  }

  #byFormer(ssrc: number): Binding | undefined {
    const former = this.#former.get(ssrc);
    const source = former && [...this.sources.values()].find((s) => s.options.mid === former.mid);
    return source && former.index < source.layerCount ? { ...former, source } : undefined;
  }

  #unbind(ssrc: number, { source, index, repairs }: Binding): void {
    this.#bindings.delete(ssrc);
    this.#former.delete(ssrc);
    this.#former.set(ssrc, { mid: source.options.mid, index, repairs });
    if (this.#former.size > MAX_FORMER) this.#former.delete(this.#former.keys().next().value!);
  }

  #layerOf(ssrc: number): Layer | undefined {
    const binding = this.#bindings.get(ssrc);
    return binding && !binding.repairs ? binding.source.layerAt(binding.index) : undefined;
  }

  #report(nowUs: number): void {
    const blocks = [...this.sources.values()]
      .flatMap((source) => source.layers)
      .flatMap((layer) => (layer.active(nowUs) ? (layer.statistics.report(layer.ssrc, nowUs) ?? []) : []));
    for (let i = 0; i < blocks.length; i += MAX_REPORT_BLOCKS)
      this.#output.sendRtcp(buildReceiverReport(FEEDBACK_SSRC, blocks.slice(i, i + MAX_REPORT_BLOCKS)));
  }

  #send(packets: readonly Buffer[]): void {
    for (const packet of packets) this.#output.sendRtcp(packet);
  }
}
