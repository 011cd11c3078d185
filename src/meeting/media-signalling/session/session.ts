import type { AddTrackRequest, UpdateParticipantMetadata, UpdateSubscription } from "@livekit/protocol";
import { assertNever } from "#base";
import { type AnswerTransport, candidateLine } from "../sdp/answer.ts";
import { trickledAddress } from "../sdp/candidate.ts";
import * as messages from "./messages.ts";
import { ForeignOffer, Negotiation } from "./negotiation.ts";
import type { JoinContext, SessionInput, SessionOutput, SpeakerView } from "./ports.ts";
import { Publications } from "./publications.ts";
import { Subscriptions } from "./subscriptions.ts";

type RequestInput = Extract<SessionInput, { input: "request" }>;

/**
 * One LiveKit client: what it sends and what happens to its call go in, messages to it and requests to the conference and
 * the media workers come out. It outlives its sockets: a client that lost one takes the session up again. While there is
 * no socket, "send" outputs are left out, and the next socket is told everything anew.
 */
export class LiveKitSession {
  readonly #publications = new Publications();
  readonly #subscriptions: Subscriptions;
  readonly #negotiation: Negotiation;
  #connected = false;
  #speaking: readonly SpeakerView[] = [];

  /** `newSsrc` gives 32-bit numbers that no other stream of this client has. */
  constructor(newSsrc: () => number) {
    this.#subscriptions = new Subscriptions(newSsrc);
    this.#negotiation = new Negotiation(this.#publications, this.#subscriptions);
  }

  /** Throws only SIGNALLING_BAD_OFFER. */
  handle(input: SessionInput): SessionOutput[] {
    const outputs = this.#step(input);
    return this.#connected || input.input === "leave" ? outputs : outputs.filter(({ output }) => output !== "send");
  }

  #step(input: SessionInput): SessionOutput[] {
    switch (input.input) {
      case "open":
        return this.#open(input.context, input.resumed);
      case "lost":
        this.#connected = false;
        this.#subscriptions.forgetRequests();
        return [];
      case "offer":
        return this.#offer(input.sdp, input.id);
      case "request":
        return this.#request(input);
      case "transport":
        this.#negotiation.transport = input.transport;
        return this.#answer([]);
      case "candidate":
        return this.#trickle(input.candidate);
      case "roster":
        return [messages.roster(input.participants)];
      case "published":
        this.#publications.add(input.cid, input.track);
        return [messages.published(input.cid, input.track)];
      case "refused":
        return [messages.refusedPublish(undefined, input.why)];
      case "subscribe":
        return this.#require(this.#subscriptions.set(input.track, input.ownerSid, input.live));
      case "unsubscribe":
        return this.#subscriptions.remove(input.trackSid);
      case "speakers":
        return this.#speakers(input.speakers);
      case "quality":
        return [messages.qualityChanged(input.of)];
      case "muted":
        return [messages.muted(input.trackSid, input.muted)];
      case "unpublished":
        this.#publications.remove(input.trackSid);
        return [messages.unpublished(input.trackSid)];
      case "room":
        return [messages.roomChanged(input.room)];
      case "token":
        return [{ output: "send", message: { case: "refreshToken", value: input.token } }];
      case "leave":
        return this.#leave(input);
      default:
        return assertNever(input);
    }
  }

  #open(context: JoinContext, resumed: boolean): SessionOutput[] {
    this.#connected = true;
    this.#speaking = [];
    if (!resumed) return [messages.joined(context)];
    const waiting = this.#publications.unbound.map(({ cid, track }) => messages.published(cid, track));
    return this.#require([messages.reconnected(context), messages.roster([context.me, ...context.others]), ...waiting]);
  }

  #offer(sdp: string, id: number): SessionOutput[] {
    try {
      return this.#answer(this.#negotiation.offer(sdp, id));
    } catch (error) {
      if (error instanceof ForeignOffer) return [messages.leave("state-mismatch", "reconnect")];
      throw error;
    }
  }

  #answer(outputs: SessionOutput[]): SessionOutput[] {
    const answer = this.#negotiation.answer(outputs);
    if (!answer) return outputs;
    outputs.push(messages.answered(answer.sdp, answer.offerId, this.#subscriptions.midToTrack));
    return this.#require(outputs);
  }

  /** Before the first answer it waits for that; after it, it follows. */
  #trickle(candidate: AnswerTransport["candidates"][number]): SessionOutput[] {
    const mid = this.#negotiation.addCandidate(candidate);
    return mid === undefined ? [] : [messages.trickled(candidateLine(candidate), mid)];
  }

  /** Adds the request for m-lines, if subscriptions wait for some. */
  #require(outputs: SessionOutput[]): SessionOutput[] {
    const mayAsk = this.#connected && this.#negotiation.settled;
    const missing = mayAsk ? this.#subscriptions.requirement() : undefined;
    return missing ? [...outputs, messages.sectionsRequired(missing)] : outputs;
  }

  #request({ message, now }: RequestInput): SessionOutput[] {
    switch (message.case) {
      case "offer":
        return this.#offer(message.value.sdp, message.value.id);
      case "trickle":
        return this.#negotiation.permit(trickledAddress(message.value.candidateInit));
      case "addTrack":
        return this.#publish(message.value);
      case "mute":
        return this.#publications.has(message.value.sid)
          ? [{ output: "mute", trackSid: message.value.sid, muted: message.value.muted }]
          : [];
      case "subscription":
        return [want(message.value)];
      case "trackSetting":
        return message.value.trackSids.slice(0, 256).flatMap((sid) => this.#subscriptions.want(sid, message.value));
      case "syncState":
        return message.value.subscription ? [want(message.value.subscription)] : [];
      case "updateMetadata":
        return [describe(message.value), messages.described(message.value.requestId)];
      case "ping":
        return [{ output: "send", message: { case: "pong", value: BigInt(now) } }];
      case "pingReq":
        return [messages.pong(message.value.timestamp, now)];
      case "leave":
        return [{ output: "left" }];
      default:
        // Requests of newer clients, and those for what is not offered to them (server/client codecs, permissions).
        return [];
    }
  }

  #publish(request: AddTrackRequest): SessionOutput[] {
    const pending = this.#publications.pending(request.cid);
    if (pending) return [messages.published(request.cid, pending)];
    const wanted = messages.publishRequest(request);
    return wanted ? [{ output: "publish", request: wanted }] : [messages.refusedPublish(request, "not supported")];
  }

  /** LiveKit's speakersChanged holds differences: those who fell silent are told once, with level 0. */
  #speakers(speakers: readonly SpeakerView[]): SessionOutput[] {
    const active = speakers.filter((speaker) => speaker.active);
    const silent = this.#speaking.filter(({ sid }) => !active.some((speaker) => speaker.sid === sid));
    this.#speaking = active;
    const changes = [...active, ...silent.map(({ sid }) => ({ sid, level: 0, active: false }))];
    return changes.length === 0 ? [] : [messages.speakersChanged(changes)];
  }

  #leave({ reason, action }: Extract<SessionInput, { input: "leave" }>): SessionOutput[] {
    const outputs = this.#connected ? [messages.leave(reason, action)] : [];
    if (action !== "disconnect") return outputs;
    this.#connected = false;
    return [...outputs, { output: "close", code: 1000, reason }];
  }
}

function want(value: UpdateSubscription): SessionOutput {
  const sids = [...value.trackSids, ...value.participantTracks.flatMap(({ trackSids }) => trackSids)];
  return { output: "want", trackSids: sids.slice(0, 1024), subscribe: value.subscribe };
}

function describe({ metadata, name, attributes }: UpdateParticipantMetadata): SessionOutput {
  return { output: "describe", metadata, name, attributes };
}
