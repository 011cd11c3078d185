import { type Clock, textOf } from "#base";
import type { SignallingStream } from "#bridge-link";
import { Conference, type ConferenceCommand, type LeftWhy } from "#conference";
import type { LocalTransport, MediaPool } from "#media";
import type { IceServerView, JoinContext, SessionInput, SignallingJoin } from "#media-signalling";
import { carryOut } from "./carry-out.ts";
import type { Client } from "./client.ts";
import { type EventLine, lines } from "./event-lines.ts";
import { newSid } from "./names.ts";
import { notify } from "./notify.ts";

export interface CallOptions {
  readonly space: { readonly id: string; readonly name: string; readonly callId: string };
  readonly pool: MediaPool;
  readonly clock: Clock;
  readonly eventLine: EventLine;
  /** Rejects when the Call Bridge ends. */
  readonly pause: (ms: number) => Promise<void>;
  /** Told once, when the last participant has gone. */
  readonly onEmpty: () => void;
}

/** One call of a space: its conference, and the client of each participant. */
export class Call {
  readonly space: CallOptions["space"];
  readonly pool: MediaPool;
  readonly startedAt: number;
  readonly conference: Conference;
  readonly eventLine: EventLine;
  readonly #roomSid = newSid("RM");
  readonly #clients = new Map<string, Client>();
  readonly #onEmpty: () => void;
  readonly #pause: CallOptions["pause"];

  constructor(options: CallOptions) {
    this.space = options.space;
    this.pool = options.pool;
    this.eventLine = options.eventLine;
    this.startedAt = options.clock.now();
    this.conference = new Conference(options.clock);
    this.#onEmpty = options.onEmpty;
    this.#pause = options.pause;
    this.eventLine("info", lines.callStarted(this.space.id, this.space.name));
  }

  get clients(): readonly Client[] {
    return [...this.#clients.values()];
  }

  client(sid: string): Client | undefined {
    return this.#clients.get(sid);
  }

  /** Takes a client in; a participant with the same identity is replaced. */
  join(client: Client, join: SignallingJoin, iceServers: readonly IceServerView[]): void {
    const { identity, name } = client.access;
    const earlier = this.conference.withIdentity(identity);
    // First, so that the call does not end in between.
    this.#clients.set(client.sid, client);
    if (earlier) this.remove(earlier.sid, "replaced");
    this.command({ do: "join", sid: client.sid, identity, name, autoSubscribe: join.autoSubscribe });
    this.post(client, { input: "open", resumed: false, context: this.#context(client, iceServers) });
    if (join.offer) this.post(client, { input: "offer", ...join.offer });
    void this.awaitTransport(client, () => client.leg.open(this.#pause));
    this.eventLine("info", lines.allocated(client.number, identity, name, client.client));
    this.eventLine("info", lines.configured(client.number, client.sid));
    this.eventLine("info", lines.joined(identity, this.space.id, this.space.callId));
    client.log.info("participant joined", { name, client: client.client });
  }

  /** A client comes back on a new socket. */
  resume(client: Client, iceServers: readonly IceServerView[]): void {
    this.command({ do: "resume", sid: client.sid });
    this.post(client, { input: "open", resumed: true, context: this.#context(client, iceServers) });
    client.log.info("participant is back on a new socket");
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
    if (client && why === "replaced")
      this.post(client, { input: "leave", reason: "duplicate-identity", action: "disconnect" });
    this.command({ do: "leave", sid, why });
  }

  tick(): void {
    for (const client of this.clients) if (client.silent) this.#hangUp(client);
    this.command({ do: "tick" });
  }

  command(command: ConferenceCommand): void {
    for (const notice of this.conference.handle(command)) notify(this, notice);
  }

  /** Hands something to a client's session and does what follows; a client that breaks the protocol is sent away. */
  post(client: Client, input: SessionInput): void {
    try {
      for (const output of client.session.handle(input)) carryOut(this, client, output);
    } catch (error) {
      client.log.warn("client broke the protocol", { why: textOf(error) });
      for (const output of client.session.handle({ input: "leave", reason: "state-mismatch", action: "disconnect" }))
        carryOut(this, client, output);
      this.command({ do: "leave", sid: client.sid, why: "removed" });
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
    this.#clients.delete(sid);
    client.leg.close();
    client.close(1000, why);
    const { identity } = client.access;
    this.eventLine("info", lines.tornDown(client.number, identity));
    this.eventLine("info", lines.destroyed(client.number, sid));
    this.eventLine("info", lines.left(identity, this.space.id, this.space.callId));
    client.log.info("participant left", { why });
    if (this.#clients.size > 0) return;
    this.eventLine("info", lines.callEnded(this.space.id));
    this.#onEmpty();
  }

  #hangUp(client: Client): void {
    const { stream } = client.socket!;
    this.lose(client, stream);
    stream.close(1001, "silent");
  }

  #context(client: Client, iceServers: readonly IceServerView[]): JoinContext {
    const { participants } = this.conference;
    const room = {
      sid: this.#roomSid,
      name: this.space.callId,
      createdAt: this.startedAt,
      participants: participants.length,
      publishers: participants.filter(({ tracks }) => tracks.length > 0).length,
    };
    return {
      room,
      me: this.conference.participant(client.sid)!,
      others: participants.filter(({ sid }) => sid !== client.sid),
      iceServers,
      lastDataSequence: client.dataSequence,
    };
  }
}
