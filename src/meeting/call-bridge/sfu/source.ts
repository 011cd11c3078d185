import type { SenderReport } from "#rtp";
import { Layer } from "./layer.ts";
import { percentage } from "./stream-meter.ts";
import type { Codec, MediaPacket, SourceOptions, StreamStats } from "./types.ts";

/** What a source tells those who receive it. */
export interface SourceListener {
  onPacket(layer: Layer, packet: MediaPacket, nowUs: number): void;
  onSenderReport(layer: Layer, report: SenderReport, nowUs: number): void;
}

/** One published track: its layers, and the subscriptions that take packets from it. */
export class Source {
  options: SourceOptions;
  muted = false;
  readonly listeners = new Set<SourceListener>();
  readonly #layers: (Layer | undefined)[];
  #codecs = new Map<number, Codec>();
  #rtx = new Map<number, number>();

  constructor(options: SourceOptions) {
    this.options = options;
    this.#layers = new Array(layerCount(options)).fill(undefined);
    this.update(options);
  }

  /** Takes over newly negotiated codecs and ids. The layers stay as they are. */
  update(options: SourceOptions): void {
    this.options = options;
    this.#codecs = new Map(options.codecs.map((codec) => [codec.payloadType, codec]));
    this.#rtx = new Map(
      options.codecs.flatMap((codec) =>
        codec.rtxPayloadType === undefined ? [] : [[codec.rtxPayloadType, codec.payloadType] as const],
      ),
    );
  }

  /** Layers that have been seen, lowest first. */
  get layers(): Layer[] {
    return this.#layers.filter((layer) => layer !== undefined);
  }

  get layerCount(): number {
    return this.#layers.length;
  }

  codec(payloadType: number): Codec | undefined {
    return this.#codecs.get(payloadType);
  }

  /** The payload type that retransmissions under this one restore, or undefined if it is none of theirs. */
  originalPayloadType(rtxPayloadType: number): number | undefined {
    return this.#rtx.get(rtxPayloadType);
  }

  layerAt(index: number): Layer | undefined {
    return this.#layers[index];
  }

  /** Its layers together; loss of all, picture and jitter of the best that arrives. */
  stats(nowUs: number): StreamStats {
    const { sourceId, kind } = this.options;
    const layers = this.layers;
    const rates = layers.map((layer) => layer.rates(nowUs));
    const best = layers.findLast((layer) => layer.active(nowUs)) ?? layers.at(-1);
    const mimeType = best?.mimeType;
    return {
      sourceId,
      kind,
      ...(mimeType === undefined ? {} : { mimeType }),
      bitRate: sum(rates.map((rate) => rate.bitRate)),
      packetLossPercentage: percentage(sum(rates.map((rate) => rate.lost)), sum(rates.map((rate) => rate.expected))),
      jitterMs: best?.statistics.jitterMs ?? 0,
      ...best?.picture,
      ...(kind === "video" ? { frameRate: best?.rates(nowUs).frameRate ?? 0 } : {}),
    };
  }

  /** A new SSRC takes the place; what its predecessor left is forgotten. */
  openLayer(index: number, ssrc: number, nowUs: number): Layer {
    const layer = new Layer(ssrc, index, this.options.kind, nowUs);
    this.#layers[index] = layer;
    return layer;
  }

  /**
   * The best active layer up to `highest`, else the lowest active one; undefined while nothing arrives. A sender switches
   * its upper layers off when its own line or its picture is small.
   */
  pick(highest: number, nowUs: number): Layer | undefined {
    const active = this.layers.filter((layer) => layer.active(nowUs));
    return active.findLast((layer) => layer.index <= highest) ?? active[0];
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function layerCount(options: SourceOptions): number {
  return Math.max(1, options.rids.length > 0 ? options.rids.length : options.ssrcs.length);
}
