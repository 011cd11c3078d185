import { parseRtcp } from "#rtp";
import { ActiveSpeakers } from "./active-speakers.ts";
import { PacketWriter } from "./packet-writer.ts";
import { Publisher } from "./publisher.ts";
import { Receiver } from "./receiver.ts";
import { Source } from "./source.ts";
import { Subscription } from "./subscription.ts";
import type { Forwarding, LegOutput, SourceOptions, Speaker, StreamStats, SubscriptionOptions } from "./types.ts";

/** How often `tick` is to be called. */
export const TICK_MS = 10;
/** A tick that comes so late means that the event loop stood still. */
const STALL_US = 30_000;
const SPEAKERS_US = 300_000;
/** How often the counters of all streams are kept, for rates. */
const SAMPLE_US = 1_000_000;

export interface SfuEvents {
  /** Every 300 ms at most, and only if it changed. */
  onSpeakers(callId: string, speakers: readonly Speaker[]): void;
  /** 0 up to 1, for first sequence numbers (RFC 3550 5.1). */
  random(): number;
}

/** Why a source or subscription cannot be: its leg or source is not here, or they belong to different calls. */
export type Refusal = "unknown-leg" | "unknown-source" | "other-call";

export interface LegMedia {
  readonly nacksAnswered: number;
  readonly estimate?: number;
  readonly roundTripTimeMs?: number;
  readonly rx: readonly StreamStats[];
  readonly tx: readonly StreamStats[];
}

interface Leg {
  readonly callId: string;
  readonly publisher: Publisher;
  readonly receiver: Receiver;
}

interface Call {
  readonly speakers: ActiveSpeakers;
  legs: number;
}

/** Forwards media between the legs of each call. Time comes with each call, packets leave through each leg's output. */
export class Sfu {
  readonly #events: SfuEvents;
  readonly #writer = new PacketWriter();
  readonly #legs = new Map<string, Leg>();
  readonly #calls = new Map<string, Call>();
  readonly #sources = new Map<string, Source>();
  readonly #subscriptions = new Map<string, Subscription>();
  #tickUs: number | undefined;
  #speakersUs = 0;
  #sampledUs = 0;

  constructor(events: SfuEvents) {
    this.#events = events;
  }

  addLeg(legId: string, callId: string, output: LegOutput): void {
    const call = this.#calls.get(callId) ?? { speakers: new ActiveSpeakers(), legs: 0 };
    call.legs++;
    this.#calls.set(callId, call);
    const publisher = new Publisher(output, (element) => call.speakers.heard(legId, element));
    this.#legs.set(legId, { callId, publisher, receiver: new Receiver(output, this.#writer) });
  }

  /** Takes its sources and subscriptions along. */
  removeLeg(legId: string): void {
    const leg = this.#legs.get(legId);
    if (!leg) return;
    for (const sourceId of [...leg.publisher.sources.keys()]) this.removeSource(sourceId);
    for (const subscriptionId of [...leg.receiver.subscriptions.keys()]) this.removeSubscription(subscriptionId);
    this.#legs.delete(legId);
    const call = this.#calls.get(leg.callId)!;
    call.speakers.forget(legId);
    if (--call.legs === 0) this.#calls.delete(leg.callId);
  }

  /** A source that exists takes over what was negotiated anew, and stays muted or not unless that is said. */
  addSource(options: SourceOptions, muted?: boolean): Refusal | undefined {
    const leg = this.#legs.get(options.legId);
    if (!leg) return "unknown-leg";
    const source = this.#sources.get(options.sourceId);
    if (source && source.options.legId !== options.legId) return "unknown-leg";
    source?.update(options);
    const added = source ?? new Source(options);
    this.#sources.set(options.sourceId, added);
    if (muted !== undefined) this.muteSource(options.sourceId, muted);
    leg.publisher.add(added);
    return undefined;
  }

  /** Ends its subscriptions too. */
  removeSource(sourceId: string): void {
    const source = this.#sources.get(sourceId);
    if (!source) return;
    this.#sources.delete(sourceId);
    this.#legs.get(source.options.legId)?.publisher.remove(source);
    for (const [id, subscription] of this.#subscriptions)
      if (subscription.source === source) this.removeSubscription(id);
  }

  muteSource(sourceId: string, muted: boolean): boolean {
    const source = this.#sources.get(sourceId);
    if (!source) return false;
    if (source.muted === muted) return true;
    source.muted = muted;
    for (const subscription of this.#subscriptions.values()) if (subscription.source === source) subscription.restart();
    return true;
  }

  /** A subscription that exists takes over what was negotiated anew. */
  addSubscription(options: SubscriptionOptions, nowUs: number, forwarding?: Forwarding): Refusal | undefined {
    const leg = this.#legs.get(options.legId);
    if (!leg) return "unknown-leg";
    const source = this.#sources.get(options.sourceId);
    if (!source) return "unknown-source";
    if (this.#legs.get(source.options.legId)?.callId !== leg.callId) return "other-call";
    const existing = this.#subscriptions.get(options.subscriptionId);
    if (existing?.source === source && existing.options.legId === options.legId) {
      existing.update(options);
      if (forwarding) existing.forward(forwarding);
      return undefined;
    }
    this.removeSubscription(options.subscriptionId);
    const subscription = new Subscription(options, source, leg.receiver, this.#events.random, nowUs);
    if (forwarding) subscription.forward(forwarding);
    this.#subscriptions.set(options.subscriptionId, subscription);
    leg.receiver.subscriptions.set(options.subscriptionId, subscription);
    source.listeners.add(subscription);
    subscription.retarget(nowUs);
    return undefined;
  }

  removeSubscription(subscriptionId: string): void {
    const subscription = this.#subscriptions.get(subscriptionId);
    if (!subscription) return;
    this.#subscriptions.delete(subscriptionId);
    subscription.source.listeners.delete(subscription);
    this.#legs.get(subscription.options.legId)?.receiver.remove(subscription);
  }

  setSubscription(subscriptionId: string, maxLayer: number, paused: boolean): boolean {
    const subscription = this.#subscriptions.get(subscriptionId);
    if (!subscription) return false;
    subscription.forward({ maxLayer, paused });
    return true;
  }

  receiveRtp(legId: string, packet: Buffer, nowUs: number): void {
    this.#legs.get(legId)?.publisher.receiveRtp(packet, nowUs);
  }

  receiveRtcp(legId: string, compound: Buffer, nowUs: number): void {
    const leg = this.#legs.get(legId);
    if (!leg) return;
    for (const packet of parseRtcp(compound)) {
      if (packet.type === "sender-report") leg.publisher.senderReport(packet, nowUs);
      leg.receiver.receiveRtcp(packet, nowUs);
    }
  }

  /** Does what is due by time; to be called every `TICK_MS`. */
  tick(nowUs: number): void {
    const before = this.#tickUs ?? nowUs;
    this.#tickUs = nowUs;
    for (const leg of this.#legs.values()) leg.receiver.tick(nowUs);
    for (const source of this.#sources.values()) for (const layer of source.layers) layer.watched = false;
    for (const subscription of this.#subscriptions.values()) subscription.retarget(nowUs);
    for (const leg of this.#legs.values()) {
      if (nowUs - before > STALL_US) leg.publisher.stalled(before + TICK_MS * 1000, nowUs);
      leg.publisher.tick(nowUs);
    }
    if (nowUs - this.#sampledUs >= SAMPLE_US) this.#sample(nowUs);
    if (nowUs - this.#speakersUs >= SPEAKERS_US) this.#tellSpeakers(nowUs);
  }

  /** What a leg sends and is sent, as it was in the last seconds. */
  legMedia(legId: string, nowUs: number): LegMedia | undefined {
    const leg = this.#legs.get(legId);
    if (!leg) return undefined;
    const { nacksAnswered, estimate, roundTripTimeMs } = leg.receiver;
    return {
      nacksAnswered,
      ...(Number.isFinite(estimate) ? { estimate } : {}),
      ...(roundTripTimeMs === undefined ? {} : { roundTripTimeMs }),
      rx: [...leg.publisher.sources.values()].map((source) => source.stats(nowUs)),
      tx: [...leg.receiver.subscriptions.values()].map((subscription) => subscription.stats(nowUs)),
    };
  }

  #sample(nowUs: number): void {
    this.#sampledUs = nowUs;
    for (const source of this.#sources.values()) for (const layer of source.layers) layer.sample(nowUs);
    for (const subscription of this.#subscriptions.values()) subscription.sample(nowUs);
  }

  #tellSpeakers(nowUs: number): void {
    this.#speakersUs = nowUs;
    for (const [callId, call] of this.#calls) {
      const speakers = call.speakers.interval();
      if (speakers) this.#events.onSpeakers(callId, speakers);
    }
  }
}
