import { type AnsweredSection, type AnswerTransport, writeAnswer } from "../sdp/answer.ts";
import { candidateAddress } from "../sdp/candidate.ts";
import { codecsToSend } from "../sdp/codecs.ts";
import { negotiateExtensions } from "../sdp/extensions.ts";
import { type OfferDescription, type OfferedSection, parseOffer } from "../sdp/offer.ts";
import type { SessionOutput } from "./ports.ts";
import type { Publications } from "./publications.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** Addresses that one client may have let through the relays. */
const MAX_PERMITS = 24;

/** A new PeerConnection under an old session: the client must join again. */
export class ForeignOffer extends Error {}

export interface Answer {
  readonly sdp: string;
  readonly offerId: number;
}

/** Turns offers into answers on one transport; an offer waits while its transport is being opened or restarted. */
export class Negotiation {
  readonly #publications: Publications;
  readonly #subscriptions: Subscriptions;
  readonly #permitted = new Set<string>();
  #transport: AnswerTransport | undefined;
  /** Transports that were asked for and have not come: the leg's opening, and ICE restarts. */
  #awaited = 1;
  #remote: { readonly iceUfrag: string; readonly fingerprint: string } | undefined;
  #pending: { readonly offer: OfferDescription; readonly id: number } | undefined;
  #answers = 0;
  #bundleMid: string | undefined;

  constructor(publications: Publications, subscriptions: Subscriptions) {
    this.#publications = publications;
    this.#subscriptions = subscriptions;
  }

  /** Throws SIGNALLING_BAD_OFFER, or ForeignOffer. Only the newest offer is ever answered. */
  offer(sdp: string, id: number): SessionOutput[] {
    const offer = parseOffer(sdp);
    const outputs = this.#setRemote(offer);
    this.#pending = { offer, id };
    return outputs;
  }

  /** The transport's present parameters: after opening and after each ICE restart. */
  set transport(transport: AnswerTransport) {
    this.#transport = transport;
    this.#awaited--;
  }

  /** Returns the mid that stands for all, if an answer without the candidate has gone out. */
  addCandidate(candidate: AnswerTransport["candidates"][number]): string | undefined {
    if (!this.#transport) return undefined;
    this.#transport = { ...this.#transport, candidates: [...this.#transport.candidates, candidate] };
    return this.#bundleMid;
  }

  /** The client has an answer to all it offered: it may be asked for more. */
  get settled(): boolean {
    return this.#answers > 0 && !this.#pending;
  }

  /** Works the waiting offer in and writes its answer, if there is an offer and the transport is ready. */
  answer(outputs: SessionOutput[]): Answer | undefined {
    if (!this.#pending || !this.#transport || this.#awaited > 0) return undefined;
    const { offer, id } = this.#pending;
    this.#pending = undefined;
    outputs.push(...this.#publications.bind(offer), ...this.#subscriptions.assign(offer));
    const sections = offer.sections.map((offered) => ({ offered, answered: this.#answerSection(offered) }));
    this.#bundleMid = sections.find(({ answered }) => answered.use !== "rejected")?.offered.mid;
    return { sdp: writeAnswer(sections, this.#transport, ++this.#answers), offerId: id };
  }

  /** Lets a candidate's address through the relays, once. */
  permit(address: string | undefined): SessionOutput[] {
    if (address === undefined || this.#permitted.has(address) || this.#permitted.size >= MAX_PERMITS) return [];
    this.#permitted.add(address);
    return [{ output: "permit", address }];
  }

  #setRemote(offer: OfferDescription): SessionOutput[] {
    const { fingerprint, iceUfrag, candidateAddresses } = offer;
    const before = this.#remote;
    if (before && before.fingerprint !== fingerprint.value) throw new ForeignOffer();
    this.#remote = { iceUfrag, fingerprint: fingerprint.value };
    const outputs = candidateAddresses.flatMap((address) =>
      this.permit(candidateAddress(`candidate:0 1 udp 0 ${address} 0 typ host`)),
    );
    if (!before) {
      const sctpPort = offer.sections.find(({ kind }) => kind === "application")?.sctpPort;
      return [{ output: "setRemote", fingerprint, sctpPort }, ...outputs];
    }
    if (before.iceUfrag === iceUfrag) return outputs;
    // RFC 8839 5.4: a changed ufrag is an ICE restart, and the answer must change its own.
    this.#awaited++;
    return [...outputs, { output: "restartIce" }];
  }

  #answerSection(offered: OfferedSection): AnsweredSection {
    if (offered.rejected || offered.kind === "other") return { use: "rejected" };
    if (offered.kind === "application") return { use: "data" };
    const used = this.#publications.answerFor(offered.mid) ?? this.#subscriptions.answerFor(offered.mid);
    if (used) return used;
    const codecs = codecsToSend(offered.codecs, offered.kind);
    if (codecs.length === 0) return { use: "rejected" };
    return { use: "idle", codecs, extensions: negotiateExtensions(offered.extensions, offered.kind) };
  }
}
