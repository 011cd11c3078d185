import { randomUUID } from "node:crypto";
import { type Clock, textOf } from "#base";
import type { SignallingStream } from "#bridge-link";
import { Conference, type ConferenceCommand, type LeftWhy } from "#conference";
import type { EventLevel, EventLog } from "#event-log";
import type { LocalTransport, MediaPool } from "#media";
import type { IceServerView, SessionInput, SignallingJoin } from "#media-signalling";
import type { Admission, CallRules } from "#spaces";
import type { Attendee } from "./attendee.ts";
import { Attendees } from "./attendees.ts";
import { type Activation, type CallListener, type CallOptions, FAREWELLS } from "./call-contract.ts";
import { carryOut } from "./carry-out.ts";
import type { Client } from "./client.ts";
import { lines } from "./event-lines.ts";
import { MENDING_MS } from "./limits.ts";
import type { Gate } from "./lobby-gate.ts";
import { newSid } from "./names.ts";
import { notify } from "./notify.ts";
import { attributesOf, joinContext, roomMetadata, roomView } from "./shown.ts";

/** One call of a space: who has to do with it, its conference, and the client of each participant. */
export class Call {
  readonly id = randomUUID();
  readonly roomSid = newSid("RM");
  space: Admission["space"];
  rules: CallRules;
  readonly pool: MediaPool;
  readonly clock: Clock;
  readonly startedAt: number;
  readonly conference: Conference;
  readonly events: EventLog;
  readonly attendees: Attendees;
  locked: boolean;
  messageText = "";
  /** Set by an administrator for this call, over the call leg profiles. */
  allowAllMuteSelf = false;
  joinAudioMuteOverride: boolean | undefined;
  /** An administrator started it: it outlasts its people by a minute. */
  kept = false;
  /** It lasts until then also without anybody. */
  keptUntil = 0;
  activation: Activation = { state: "none-yet" };
  maxLegs = 0;
  legsCompleted = 0;
  /** Somebody is or was in it or in its lobby: it is shown and recorded from then on. */
  begun = false;
  over = false;
  readonly #clients = new Map<string, Client>();
  readonly #listener: CallListener;
  readonly #pause: CallOptions["pause"];

  constructor(options: CallOptions) {
    this.space = options.space;
    this.rules = options.rules;
    this.locked = options.rules.locked;
    this.pool = options.pool;
    this.clock = options.clock;
    this.events = options.events;
    this.startedAt = options.clock.now();
    this.conference = new Conference(options.clock);
    this.#listener = options.listener;
    this.#pause = options.pause;
    this.attendees = new Attendees({
      clock: options.clock,
      gate: () => this.gate,
      onLobby: (one, what) => this.#onLobby(one, what),
    });
  }

  get callId(): string {
    return this.space.callId ?? this.space.uri ?? this.space.id;
  }

  get clients(): readonly Client[] {
    return [...this.#clients.values()];
  }

  client(sid: string): Client | undefined {
    return this.#clients.get(sid);
  }

  clientOf(one: Attendee): Client | undefined {
    return one.standing.state === "present" ? this.#clients.get(one.standing.sid) : undefined;
  }

  get gate(): Gate {
    const present = this.attendees.present;
    return {
      locked: this.locked,
      lockMode: this.rules.lockMode,
      activatorPresent: present.some(({ rules }) => !rules.needsActivation),
      openerPresent: present.some(({ rules }) => rules.callLockAllowed && !rules.needsActivation),
    };
  }

  get full(): boolean {
    const { participantLimit } = this.rules;
    return this.conference.full || (participantLimit !== undefined && this.#clients.size >= participantLimit);
  }

  /** Nobody is in it, waits for it, or is about to come. */
  get deserted(): boolean {
    const { waiting, expected } = this.attendees;
    return this.#clients.size === 0 && waiting.length === 0 && expected.length === 0;
  }

  say(level: EventLevel, text: string): void {
    this.events.write(level, text);
  }

  /** From the first who is in it or waits, or because an administrator started it. */
  begin(): void {
    if (this.begun) return;
    this.begun = true;
    this.say("info", lines.callStarted(this.id, this.space.name));
    this.say("info", lines.callIds(this.space.name, this.space.id, this.id));
    this.#listener.begun(this);
  }

  /** Takes a client in; a participant with the same identity is replaced. */
  join(client: Client, join: SignallingJoin, iceServers: readonly IceServerView[]): void {
    const { attendee } = client;
    const { identity } = attendee;
    const earlier = this.conference.withIdentity(identity);
    this.begin();
    // First, so that the call does not end in between.
    this.#clients.set(client.sid, client);
    if (earlier) this.remove(earlier.sid, "replaced");
    const { joinAudioMuteOverride } = this;
    if (joinAudioMuteOverride !== undefined && !attendee.wasIn) attendee.setOwn({ rxAudioMute: joinAudioMuteOverride });
    this.attendees.enter(attendee, client.sid);
    this.maxLegs = Math.max(this.maxLegs, this.#clients.size);
    const name = attendee.shownName;
    const attributes = attributesOf(attendee);
    this.command({ do: "join", sid: client.sid, identity, name, autoSubscribe: join.autoSubscribe, attributes });
    this.post(client, { input: "open", resumed: false, context: joinContext(this, client, iceServers) });
    if (join.offer) this.post(client, { input: "offer", ...join.offer });
    void this.awaitTransport(client, () => client.leg.open(this.#pause));
    this.say("info", lines.allocated(client.number, identity, name, client.client));
    this.say("info", lines.configured(client.number, client.legId));
    this.say("info", lines.legOfCall(client.legId, this.id));
    this.say("info", lines.joined(identity, this.space.id, this.callId));
    this.events.trace("call", () => `conference ${this.id}: "${identity}" rules ${JSON.stringify(attendee.rules)}`);
    client.log.info("participant joined", { name, client: client.client });
    this.#listener.legStarted(this, client);
    this.lookAround();
  }

  /** A client comes back on a new socket. */
  resume(client: Client, iceServers: readonly IceServerView[]): void {
    client.mend();
    this.command({ do: "resume", sid: client.sid });
    this.post(client, { input: "open", resumed: true, context: joinContext(this, client, iceServers) });
    // What it missed is not repeated by LiveKit's protocol: the room, mutes by others, and who speaks.
    client.metadata = undefined;
    this.refreshRooms();
    this.tellSpeakers(client);
    client.log.info("participant is back on a new socket");
  }

  /** Only changes are told to all: who speaks on as loudly as before is no news, but to who comes in. */
  tellSpeakers(client: Client): void {
    const { speakers } = this.conference;
    if (speakers.length > 0) this.post(client, { input: "speakers", speakers });
  }

  /** The client's socket is gone. */
  lose(client: Client, stream: SignallingStream): void {
    if (client.socket?.stream !== stream) return;
    client.socket = undefined;
    this.post(client, { input: "lost" });
    client.log.info("participant's socket is lost");
    // Without media there is nothing to come back to.
    this.command(client.leg.closed ? { do: "leave", sid: client.sid, why: "lost" } : { do: "lose", sid: client.sid });
  }

  remove(sid: string, why: LeftWhy): void {
    const client = this.#clients.get(sid);
    const reason = FAREWELLS[why];
    if (client && reason) this.post(client, { input: "leave", reason, action: "disconnect" });
    this.command({ do: "leave", sid, why });
  }

  tick(): void {
    for (const client of this.clients) if (client.silent) this.#hangUp(client);
    this.command({ do: "tick" });
    this.attendees.tick();
  }

  command(command: ConferenceCommand): void {
    for (const notice of this.conference.handle(command)) notify(this, notice);
  }

  /** Hands something to a client's session and does what follows; a client that breaks the protocol is sent away. */
  post(client: Client, input: SessionInput): void {
    if (input.input === "leave" && input.action !== "disconnect") client.mend();
    try {
      for (const output of client.session.handle(input)) carryOut(this, client, output);
    } catch (error) {
      client.log.warn("client broke the protocol", { why: textOf(error) });
      for (const output of client.session.handle({ input: "leave", reason: "state-mismatch", action: "disconnect" }))
        carryOut(this, client, output);
      this.command({ do: "leave", sid: client.sid, why: "refused" });
    }
  }

  /** Gives the session the leg's new parameters; without a worker the client tries anew. */
  async awaitTransport(client: Client, get: () => Promise<LocalTransport>): Promise<void> {
    try {
      const transport = await get();
      if (this.#clients.has(client.sid)) this.post(client, { input: "transport", transport });
    } catch (error) {
      client.log.error("no media for the participant", { why: textOf(error) });
      if (this.#clients.has(client.sid))
        this.post(client, { input: "leave", reason: "media-failure", action: "reconnect" });
    }
  }

  /** A participant is out of the conference: its leg and socket go too. */
  dismiss(sid: string, why: LeftWhy): void {
    const client = this.#clients.get(sid);
    if (!client) return;
    const { attendee } = client;
    const comesBack = why === "left" ? client.mending : why === "lost" && client.leg.closed;
    this.#clients.delete(sid);
    client.leg.close();
    client.close(1000, why);
    this.say("info", lines.tornDown(client.number, attendee.identity));
    this.say("info", lines.destroyed(client.number, client.legId));
    if (why !== "replaced") this.say("info", lines.left(attendee.identity, this.space.id, this.callId));
    this.events.trace("call", () => `conference ${this.id}: "${attendee.identity}" left (${why})`);
    client.log.info("participant left", { why });
    this.legsCompleted++;
    // Its token is good for this call only: without the call it could not come back.
    if (comesBack) this.keptUntil = Math.max(this.keptUntil, this.clock.now() + MENDING_MS);
    this.attendees.leave(attendee, sid, why);
    this.#listener.legEnded(this, client, why);
    this.lookAround();
  }

  /** Ends it for all: who is in it and who waits is told. */
  end(): void {
    if (this.over) return;
    this.over = true;
    for (const { sid } of this.clients) this.remove(sid, "callEnded");
    for (const one of this.attendees.all) this.attendees.forget(one);
    if (!this.begun) return;
    this.say("info", lines.callEnded(this.id));
    this.#listener.ended(this);
  }

  /** Who is present or may come in has changed: others may come in now, and each client's room is another. */
  lookAround(): void {
    const { activatorPresent } = this.gate;
    if (activatorPresent) this.activation = { state: "active" };
    else if (this.activation.state === "active") this.activation = { state: "left", since: this.clock.now() };
    if (!this.over) this.attendees.judgeAll();
    this.refreshRooms();
  }

  /** Tells each client what the room shows to it, if that is something else than before. */
  refreshRooms(): void {
    if (this.over) return;
    for (const client of this.clients) {
      const metadata = roomMetadata(this, client);
      if (client.metadata === metadata) continue;
      client.metadata = metadata;
      this.post(client, { input: "room", room: roomView(this, metadata) });
    }
  }

  legChanged(client: Client): void {
    this.#listener.legChanged(this, client);
  }

  #onLobby(one: Attendee, what: "waits" | "let-in" | "gone"): void {
    const { id } = this.space;
    const why = one.standing.state === "lobby" ? one.standing.why : "";
    if (what === "waits") {
      this.begin();
      this.say("info", lines.waiting(one.identity, id, this.callId, why));
    } else if (!this.over) this.say("info", lines.waitedEnough(one.identity, id, this.callId));
    this.refreshRooms();
  }

  #hangUp(client: Client): void {
    const { stream } = client.socket!;
    this.lose(client, stream);
    stream.close(1001, "silent");
  }
}
