import { assertNever, type Clock } from "#base";
import type { ConferenceCommand, ConferenceNotice, LeftWhy, Speaker } from "./messages.ts";
import { Member, type NewTrack, type Participant } from "./roster.ts";

export interface ConferenceLimits {
  readonly participants: number;
  readonly tracksPerParticipant: number;
  /** How long a participant whose socket was lost may come back, ms. */
  readonly resumeWindowMs: number;
}

export const CONFERENCE_LIMITS: ConferenceLimits = {
  participants: 100,
  tracksPerParticipant: 8,
  resumeWindowMs: 30_000,
};

const MAX_WISHES = 2048;
/** Bytes of metadata and attributes that a participant may show to the others. */
const MAX_DESCRIPTION = 16 * 1024;

type CommandOf<K extends ConferenceCommand["do"]> = Extract<ConferenceCommand, { do: K }>;

/** One call: who is in it, what they publish, who receives what. Commands in, notices out; no sockets, no timers. */
export class Conference {
  readonly #members = new Map<string, Member>();
  readonly #clock: Clock;
  readonly #limits: ConferenceLimits;
  #speakers: readonly Speaker[] = [];

  constructor(clock: Clock, limits: ConferenceLimits = CONFERENCE_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get full(): boolean {
    return this.#members.size >= this.#limits.participants;
  }

  get empty(): boolean {
    return this.#members.size === 0;
  }

  get participants(): readonly Participant[] {
    return [...this.#members.values()].map(({ view }) => view);
  }

  /** Who speaks now, loudest first. All are told of changes; who has heard nothing yet is to be told this. */
  get speakers(): readonly Speaker[] {
    return this.#speakers.filter(({ sid }) => this.#members.has(sid));
  }

  participant(sid: string): Participant | undefined {
    return this.#members.get(sid)?.view;
  }

  withIdentity(identity: string): Participant | undefined {
    return this.participants.find((participant) => participant.identity === identity);
  }

  /** Commands of participants who are not in the call have no effect, but "join". */
  handle(command: ConferenceCommand): ConferenceNotice[] {
    if (command.do === "join") return this.#join(command);
    if (command.do === "tick") return this.#tick();
    if (command.do === "speakers") {
      const speakers = command.speakers.filter(({ sid }) => this.#members.has(sid));
      this.#speakers = speakers.filter(({ active }) => active);
      return [{ notice: "speakers", to: this.#sids(), speakers }];
    }
    const member = this.#members.get(command.sid);
    return member ? this.#act(member, command) : [];
  }

  #act(member: Member, command: Exclude<ConferenceCommand, { do: "join" | "tick" | "speakers" }>): ConferenceNotice[] {
    switch (command.do) {
      case "lose":
        member.attachment = { state: "lost", since: this.#clock.now() };
        return [];
      case "resume":
        member.attachment = { state: "attached" };
        return [];
      case "leave":
        return this.#leave(member, command.why);
      case "publish":
        return this.#publish(member, command.trackSid, command.track);
      case "start":
        return this.#start(member, command);
      case "unpublish":
        return member.track(command.trackSid)
          ? [...this.#endTrack(member, command.trackSid), this.#changed(member)]
          : [];
      case "mute":
        return this.#mute(member, command);
      case "want":
        return command.trackSids.flatMap((sid) => this.#want(member, sid, command.subscribe));
      case "describe":
        return this.#describe(member, command);
      case "label": {
        const attributes = { ...member.view.attributes, ...command.attributes };
        member.change({ name: command.name, attributes });
        return [this.#changed(member)];
      }
      case "activate":
        if (member.view.state === "active") return [];
        member.change({ state: "active" });
        return [this.#changed(member)];
      case "quality":
        return [{ notice: "quality", to: this.#sids(), of: [{ sid: command.sid, quality: command.quality }] }];
      default:
        return assertNever(command);
    }
  }

  #join({ sid, identity, name, autoSubscribe, attributes = {} }: CommandOf<"join">): ConferenceNotice[] {
    const joinedAt = this.#clock.now();
    const view = {
      sid,
      identity,
      name,
      metadata: "",
      attributes,
      joinedAt,
      version: 1,
      state: "joined",
      tracks: [],
    } as const;
    const member = new Member(view, autoSubscribe);
    const others = [...this.#members.values()];
    this.#members.set(sid, member);
    const subscribes = others.flatMap((owner) =>
      owner.view.tracks.flatMap((track) => this.#offerTrack(owner, track.sid, member)),
    );
    return [{ notice: "roster", to: others.map((other) => other.view.sid), participants: [view] }, ...subscribes];
  }

  #leave(member: Member, why: LeftWhy): ConferenceNotice[] {
    const ended = member.view.tracks.flatMap(({ sid }) => this.#endTrack(member, sid));
    member.change({ state: "disconnected" });
    const { sid } = member.view;
    this.#members.delete(sid);
    return [
      ...ended,
      { notice: "roster", to: this.#sids(), participants: [member.view] },
      { notice: "gone", sid, why },
    ];
  }

  #publish(member: Member, trackSid: string, { cid, ...track }: NewTrack): ConferenceNotice[] {
    const { sid, tracks } = member.view;
    if (tracks.length >= this.#limits.tracksPerParticipant)
      return [{ notice: "refused", to: sid, cid, why: "too many tracks" }];
    const published = { ...track, sid: trackSid };
    member.setTrack(published);
    const offers = this.#others(member).flatMap((other) => this.#offerTrack(member, trackSid, other));
    // The roster first: clients take no media of tracks that they have not heard of.
    return [{ notice: "published", to: sid, cid, track: published }, this.#changed(member), ...offers];
  }

  #start(member: Member, { trackSid, mimeType }: CommandOf<"start">): ConferenceNotice[] {
    const track = member.track(trackSid);
    if (!track) return [];
    member.live.add(trackSid);
    const outputs: ConferenceNotice[] = [];
    if (track.mimeType !== mimeType) {
      member.setTrack({ ...track, mimeType });
      outputs.push(this.#changed(member));
    }
    if (track.muted) outputs.push({ notice: "mute", trackSid, ownerSid: member.view.sid, muted: true });
    return [...outputs, ...this.#others(member).flatMap((other) => this.#offerTrack(member, trackSid, other))];
  }

  #mute(member: Member, { trackSid, muted }: CommandOf<"mute">): ConferenceNotice[] {
    const track = member.track(trackSid);
    if (!track || track.muted === muted) return [];
    member.setTrack({ ...track, muted });
    return [{ notice: "mute", trackSid, ownerSid: member.view.sid, muted }, this.#changed(member)];
  }

  #want(member: Member, trackSid: string, subscribe: boolean): ConferenceNotice[] {
    if (member.wishes.size >= MAX_WISHES) member.wishes.clear();
    member.wishes.set(trackSid, subscribe);
    const owner = this.#others(member).find((other) => other.track(trackSid));
    if (subscribe) return owner ? this.#offerTrack(owner, trackSid, member) : [];
    if (!member.receiving.delete(trackSid)) return [];
    return [{ notice: "unsubscribe", to: member.view.sid, trackSid }];
  }

  #describe(member: Member, { metadata, name, attributes }: CommandOf<"describe">): ConferenceNotice[] {
    const merged = { ...member.view.attributes, ...attributes };
    const kept = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ""));
    if (metadata.length + JSON.stringify(kept).length > MAX_DESCRIPTION) return [];
    member.change({ metadata, attributes: kept, ...(name === "" ? {} : { name }) });
    return [this.#changed(member)];
  }

  #tick(): ConferenceNotice[] {
    const deadline = this.#clock.now() - this.#limits.resumeWindowMs;
    const overdue = [...this.#members.values()].filter(
      ({ attachment: a }) => a.state === "lost" && a.since <= deadline,
    );
    return overdue.flatMap((member) => this.#leave(member, "lost"));
  }

  #endTrack(owner: Member, trackSid: string): ConferenceNotice[] {
    const receivers = this.#others(owner).filter((other) => other.receiving.delete(trackSid));
    const unsubscribes = receivers.map((other) => ({ notice: "unsubscribe", to: other.view.sid, trackSid }) as const);
    const hadSource = owner.live.has(trackSid);
    for (const member of this.#members.values()) member.wishes.delete(trackSid);
    owner.removeTrack(trackSid);
    return hadSource ? [...unsubscribes, { notice: "ended", trackSid, ownerSid: owner.view.sid }] : unsubscribes;
  }

  /** Tells `receiver` to receive a track, if it wants it; again when its source has begun. */
  #offerTrack(owner: Member, trackSid: string, receiver: Member): ConferenceNotice[] {
    const track = owner.track(trackSid);
    if (!track || !receiver.wants(trackSid)) return [];
    receiver.receiving.add(trackSid);
    const live = owner.live.has(trackSid);
    return [{ notice: "subscribe", to: receiver.view.sid, track, ownerSid: owner.view.sid, live }];
  }

  /** Everyone is told, the participant too: its own view must not fall behind. */
  #changed(member: Member): ConferenceNotice {
    return { notice: "roster", to: this.#sids(), participants: [member.view] };
  }

  #others(member: Member): Member[] {
    return [...this.#members.values()].filter((other) => other !== member);
  }

  #sids(): string[] {
    return [...this.#members.keys()];
  }
}
