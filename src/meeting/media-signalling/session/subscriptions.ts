import type { AnsweredSection } from "../sdp/answer.ts";
import { codecsToSend } from "../sdp/codecs.ts";
import { negotiateExtensions } from "../sdp/extensions.ts";
import type { OfferDescription, OfferedSection } from "../sdp/offer.ts";
import { layerFor, type TrackView } from "../views.ts";
import type { SessionOutput, SubscriptionView } from "./ports.ts";

interface Subscription {
  readonly track: TrackView;
  readonly ownerSid: string;
  live: boolean;
  section?: SubscriptionView;
  wanted?: { readonly maxLayer: number; readonly paused: boolean };
}

type Kind = "audio" | "video";

/** After so many requests without a new m-line the client is taken to be unable to add one. */
const MAX_UNANSWERED = 3;

/** The tracks that the client receives, and the m-lines that it offered for them. The client alone adds m-lines. */
export class Subscriptions {
  readonly #byTrack = new Map<string, Subscription>();
  readonly #newSsrc: () => number;
  #known: readonly OfferedSection[] = [];
  /** M-lines asked for and not yet seen. */
  readonly #asked: Record<Kind, number> = { audio: 0, video: 0 };
  #awaitingOffer = false;
  /** Offers since then that brought none: the first may have been on its way already. */
  #fruitless = 0;
  #unanswered = 0;

  constructor(newSsrc: () => number) {
    this.#newSsrc = newSsrc;
  }

  /** Also tells that the source of a track has begun. */
  set(track: TrackView, ownerSid: string, live: boolean): SessionOutput[] {
    const present = this.#byTrack.get(track.sid);
    if (!present) {
      this.#byTrack.set(track.sid, { track, ownerSid, live });
      this.#unanswered = 0;
      return [];
    }
    if (present.live || !live) return [];
    present.live = true;
    return this.#start(present);
  }

  remove(trackSid: string): SessionOutput[] {
    const present = this.#byTrack.get(trackSid);
    this.#byTrack.delete(trackSid);
    return present?.section && present.live ? [{ output: "removeSubscription", trackSid }] : [];
  }

  /** What the client wants to see: LiveKit's trackSetting. */
  want(
    trackSid: string,
    wanted: { disabled: boolean; width: number; height: number; quality: number },
  ): SessionOutput[] {
    const present = this.#byTrack.get(trackSid);
    if (!present) return [];
    const paused = wanted.disabled || wanted.quality === 3;
    present.wanted = { maxLayer: layerFor(present.track, wanted), paused };
    return present.live && present.section ? [{ output: "setSubscription", trackSid, ...present.wanted }] : [];
  }

  /** Gives every subscription an m-line of the offer, as far as they go. */
  assign(offer: OfferDescription): SessionOutput[] {
    this.#awaitingOffer = false;
    this.#countNew(offer);
    this.#known = offer.sections.filter(isReceiving);
    const lost = this.#all().filter(({ section }) => section && !this.#known.some(({ mid }) => mid === section.mid));
    const outputs = lost.flatMap((entry) => this.#detach(entry));
    for (const entry of this.#unassigned()) {
      const free = this.#free(entry.track.kind)[0];
      if (free) outputs.push(...this.#attach(entry, free));
    }
    return outputs;
  }

  answerFor(mid: string): AnsweredSection | undefined {
    const entry = this.#all().find(({ section }) => section?.mid === mid);
    if (!entry?.section) return undefined;
    const { codecs, extensions, ssrc, rtxSsrc } = entry.section;
    // LiveKit's clients find owner and track in the stream's id.
    const streamId = `${entry.ownerSid}|${entry.track.sid}`;
    return { use: "subscription", codecs, extensions, streamId, trackId: entry.track.sid, ssrc, rtxSsrc };
  }

  /** The tracks by mid, as the answer carries them. */
  get midToTrack(): Record<string, string> {
    return Object.fromEntries(this.#all().flatMap(({ section, track }) => (section ? [[section.mid, track.sid]] : [])));
  }

  /**
   * Asks for the m-lines that are missing; with none missing, for an offer that may use the free ones. Nothing if an
   * offer is on its way already.
   */
  requirement(): { readonly numAudios: number; readonly numVideos: number } | undefined {
    const [numAudios, numVideos] = [this.#missing("audio"), this.#missing("video")];
    const nothingNew = numAudios === 0 && numVideos === 0;
    const awaited = this.#awaitingOffer || this.#asked.audio + this.#asked.video > 0;
    if (this.#unassigned().length === 0 || (awaited && nothingNew)) return undefined;
    if (this.#unanswered >= MAX_UNANSWERED) return undefined;
    this.#unanswered++;
    this.#asked.audio += numAudios;
    this.#asked.video += numVideos;
    this.#awaitingOffer = true;
    return { numAudios, numVideos };
  }

  /** The client's socket was lost: what it was asked for may never have reached it. */
  forgetRequests(): void {
    this.#asked.audio = 0;
    this.#asked.video = 0;
    this.#awaitingOffer = false;
    this.#unanswered = 0;
  }

  #missing(kind: Kind): number {
    const waiting = this.#unassigned().filter(({ track }) => track.kind === kind).length;
    return Math.max(0, waiting - this.#free(kind).length - this.#asked[kind]);
  }

  #countNew(offer: OfferDescription): void {
    const before = new Set(this.#known.map(({ mid }) => mid));
    const added = offer.sections.filter((section) => isReceiving(section) && !before.has(section.mid));
    if (added.length > 0) this.#unanswered = 0;
    const forgotten = added.length === 0 && ++this.#fruitless > 1;
    if (added.length > 0 || forgotten) this.#fruitless = 0;
    for (const kind of ["audio", "video"] as const)
      this.#asked[kind] = forgotten
        ? 0
        : Math.max(0, this.#asked[kind] - added.filter((section) => section.kind === kind).length);
  }

  #attach(entry: Subscription, offered: OfferedSection): SessionOutput[] {
    const { kind, sid } = entry.track;
    entry.section = {
      trackSid: sid,
      mid: offered.mid,
      ssrc: this.#newSsrc(),
      rtxSsrc: this.#newSsrc(),
      codecs: codecsToSend(offered.codecs, kind),
      extensions: negotiateExtensions(offered.extensions, kind),
    };
    return entry.live ? this.#start(entry) : [];
  }

  #start(entry: Subscription): SessionOutput[] {
    if (!entry.section) return [];
    const outputs: SessionOutput[] = [{ output: "addSubscription", subscription: entry.section }];
    if (entry.wanted) outputs.push({ output: "setSubscription", trackSid: entry.track.sid, ...entry.wanted });
    return outputs;
  }

  #detach(entry: Subscription): SessionOutput[] {
    delete entry.section;
    return entry.live ? [{ output: "removeSubscription", trackSid: entry.track.sid }] : [];
  }

  #free(kind: Kind): OfferedSection[] {
    const used = new Set(this.#all().map(({ section }) => section?.mid));
    return this.#known.filter((section) => section.kind === kind && !used.has(section.mid));
  }

  #unassigned(): Subscription[] {
    return this.#all().filter(({ section }) => !section);
  }

  #all(): Subscription[] {
    return [...this.#byTrack.values()];
  }
}

/** M-lines on which the client can only receive and whose codecs the workers know. */
export function isReceiving(section: OfferedSection): boolean {
  if (section.rejected || section.direction !== "recvonly") return false;
  if (section.kind !== "audio" && section.kind !== "video") return false;
  return codecsToSend(section.codecs, section.kind).length > 0;
}
