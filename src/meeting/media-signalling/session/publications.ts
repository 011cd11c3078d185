import type { AnsweredSection } from "../sdp/answer.ts";
import { codecsToReceive } from "../sdp/codecs.ts";
import { negotiateExtensions } from "../sdp/extensions.ts";
import type { OfferDescription, OfferedSection } from "../sdp/offer.ts";
import type { TrackView } from "../views.ts";
import type { SessionOutput } from "./ports.ts";

interface Publication {
  readonly cid: string;
  readonly track: TrackView;
  /** The m-line that carries it, once an offer has shown it. */
  answer?: { readonly mid: string; readonly section: AnsweredSection };
}

/** LiveKit's layers by their rid, lowest first; unknown ones keep the offer's order after them. */
const LAYER_ORDER = ["q", "h", "f"];

/** The tracks that the client announced, and the m-lines on which it sends them. */
export class Publications {
  readonly #byTrack = new Map<string, Publication>();

  add(cid: string, track: TrackView): void {
    this.#byTrack.set(track.sid, { cid, track });
  }

  remove(trackSid: string): void {
    this.#byTrack.delete(trackSid);
  }

  /** Announced and not yet seen in an offer. */
  pending(cid: string): TrackView | undefined {
    return this.#all().find((entry) => entry.cid === cid && !entry.answer)?.track;
  }

  /** All that no offer has shown yet: their clients may not have heard that they were taken. */
  get unbound(): readonly { readonly cid: string; readonly track: TrackView }[] {
    return this.#all().filter(({ answer }) => !answer);
  }

  has(trackSid: string): boolean {
    return this.#byTrack.has(trackSid);
  }

  /** Matches the offer's sending m-lines with the tracks; the answers are then found by `answerFor`. */
  bind(offer: OfferDescription): SessionOutput[] {
    const sending = offer.sections.filter(isSending);
    return [...this.#ended(sending), ...sending.flatMap((section) => this.#bindSection(section))];
  }

  answerFor(mid: string): AnsweredSection | undefined {
    return this.#all().find(({ answer }) => answer?.mid === mid)?.answer?.section;
  }

  #ended(sending: readonly OfferedSection[]): SessionOutput[] {
    const mids = new Set(sending.map(({ mid }) => mid));
    const gone = this.#all().filter(({ answer }) => answer && !mids.has(answer.mid));
    return gone.map(({ track }) => this.#unpublish(track.sid));
  }

  #bindSection(section: OfferedSection): SessionOutput[] {
    const present = this.#all().find(({ answer }) => answer?.mid === section.mid);
    const named = this.#all().find(
      ({ cid, answer, track }) => !answer && cid === section.trackId && track.kind === section.kind,
    );
    if (present && !named) return [];
    const outputs = present ? [this.#unpublish(present.track.sid)] : [];
    // Browsers that write another track id into the offer are matched by kind, oldest first.
    const entry = named ?? this.#all().find(({ answer, track }) => !answer && track.kind === section.kind);
    return entry ? [...outputs, ...this.#start(entry, section)] : outputs;
  }

  #start(entry: Publication, section: OfferedSection): SessionOutput[] {
    const { track } = entry;
    const codecs = codecsToReceive(section.codecs, track.kind, track.mimeType);
    if (codecs.length === 0) return [this.#unpublish(track.sid)];
    const extensions = negotiateExtensions(section.extensions, track.kind);
    const rids = orderRids(section.rids);
    entry.answer = {
      mid: section.mid,
      section: { use: "source", codecs, extensions, rids: section.rids, parameters: parametersOf(track) },
    };
    const { mid, ssrcs } = section;
    return [
      { output: "addSource", source: { trackSid: track.sid, mid, kind: track.kind, codecs, extensions, rids, ssrcs } },
    ];
  }

  #unpublish(trackSid: string): SessionOutput {
    this.#byTrack.delete(trackSid);
    return { output: "unpublish", trackSid };
  }

  #all(): Publication[] {
    return [...this.#byTrack.values()];
  }
}

export function isSending(section: OfferedSection): boolean {
  return !section.rejected && section.kind !== "application" && /^send/.test(section.direction);
}

function orderRids(rids: readonly string[]): string[] {
  const rank = (rid: string) => (LAYER_ORDER.includes(rid) ? LAYER_ORDER.indexOf(rid) : LAYER_ORDER.length);
  return [...rids].sort((a, b) => rank(a) - rank(b));
}

/** What the sender should do by itself (RFC 7587 6.1): repair losses, no packets in silence, two channels. */
function parametersOf(track: TrackView): string[] {
  if (track.kind === "video") return [];
  return [
    "minptime=10",
    "useinbandfec=1",
    ...(track.disableDtx ? [] : ["usedtx=1"]),
    ...(track.stereo ? ["stereo=1"] : []),
  ];
}
