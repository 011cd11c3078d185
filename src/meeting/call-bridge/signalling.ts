import { randomUUID } from "node:crypto";
import { type Clock, type Log, textOf } from "#base";
import type { ClientOrigin, IceServer, SignallingRequest, SignallingStream } from "#bridge-link";
import type { EventLog } from "#event-log";
import type { MediaPool } from "#media";
import {
  decodeJoin,
  decodeRequest,
  encodeResponse,
  farewell,
  type LeaveAction,
  type LeaveReason,
  type SignallingJoin,
} from "#media-signalling";
import type { Attendee } from "./attendee.ts";
import type { Call } from "./call.ts";
import type { Calls } from "./calls.ts";
import { Client, type Socket } from "./client.ts";
import { Leg } from "./leg.ts";
import { newSid } from "./names.ts";
import type { AccessToken, Tokens } from "./tokens.ts";

/** Frames that may come before the token has been verified: one offer and its candidates. */
const MAX_EARLY_FRAMES = 64;
/** WebSocket close codes, RFC 6455 7.4.1. */
const CLOSE = { normal: 1000, protocolError: 1002, policy: 1008 };

export interface Switchboard {
  readonly tokens: Tokens;
  readonly pool: MediaPool;
  readonly clock: Clock;
  readonly log: Log;
  readonly nextNumber: () => number;
  readonly events: EventLog;
  readonly calls: Calls;
  readonly iceServersFor: (origin: ClientOrigin, identity: string) => readonly IceServer[];
  /** Why guests outside can have no media now, if they cannot. */
  readonly relayFailure: () => { readonly code: string; readonly detail: string } | undefined;
}

/** Connects one WebSocket of a client with its session: a new one, or the one that it comes back to. */
export function openSignalling(
  board: Switchboard,
  request: SignallingRequest,
  origin: ClientOrigin,
  stream: SignallingStream,
): void {
  const entry = new Entry(board, origin, stream);
  stream.onMessage((frame) => entry.receive(frame));
  stream.onClose((code) => entry.closed(code));
  entry.begin(request).catch((error) => {
    board.log.warn("signalling refused", { trace: origin.traceId, why: textOf(error) });
    entry.refuse("disconnect", CLOSE.protocolError, "protocol error");
  });
}

class Entry {
  readonly #board: Switchboard;
  readonly #origin: ClientOrigin;
  readonly #stream: SignallingStream;
  #early: (Uint8Array | string)[] = [];
  #bound: { readonly call: Call; readonly client: Client; readonly socket: Socket } | undefined;
  #open = true;

  constructor(board: Switchboard, origin: ClientOrigin, stream: SignallingStream) {
    this.#board = board;
    this.#origin = origin;
    this.#stream = stream;
  }

  async begin({ token, query }: SignallingRequest): Promise<void> {
    const join = decodeJoin(query);
    const access = await this.#board.tokens.verify(token, join.resume !== undefined);
    if (!access) return this.refuse("disconnect", CLOSE.policy, "invalid or expired token");
    if (join.resume === undefined) return this.#join(access, join);
    const call = this.#board.calls.withId(access.call);
    const client = call?.client(join.resume);
    // A session that is over, or somebody else's: its client begins a new one.
    const sameSession = client?.access.identity === access.identity && !client.leg.closed;
    // Who went outside, or came in, needs other candidates and TURN servers.
    if (!call || !sameSession || client.leg.via !== this.#origin.via)
      return this.refuse("reconnect", CLOSE.normal, "session is over");
    this.#resume(call, client);
  }

  receive(frame: Uint8Array | string): void {
    if (!this.#bound) {
      if (this.#early.length < MAX_EARLY_FRAMES) this.#early.push(frame);
      return;
    }
    const { call, client, socket } = this.#bound;
    if (client.socket !== socket) return;
    const { identity } = client.attendee;
    socket.json = typeof frame === "string";
    socket.heardAt = this.#board.clock.now();
    try {
      const message = decodeRequest(frame);
      this.#board.events.trace("signalling", () => `${identity}: ${message.case ?? "unknown message"}`);
      call.post(client, { input: "request", message, now: socket.heardAt });
    } catch (error) {
      client.log.warn("unreadable message", { why: textOf(error) });
      this.#stream.close(CLOSE.protocolError, "unreadable message");
    }
  }

  closed(code: number): void {
    this.#open = false;
    if (!this.#bound) return;
    const { call, client } = this.#bound;
    client.log.debug("signalling closed", { code });
    call.lose(client, this.#stream);
  }

  /** Says so in LiveKit's words first: a close alone would be taken for a broken line, and tried again. */
  refuse(
    action: LeaveAction,
    code: number,
    why: string,
    reason: LeaveReason = action === "disconnect" ? "join-failure" : "state-mismatch",
  ): void {
    if (!this.#open) return;
    this.#stream.send(encodeResponse(farewell(reason, action), false));
    this.#stream.close(code, why);
  }

  /** The token says who it is; whether it may come in now, the call says. */
  #join(access: AccessToken, join: SignallingJoin): void {
    const call = this.#board.calls.withId(access.call);
    const attendee = call?.attendees.withIdentity(access.identity);
    if (!this.#open) return;
    if (!call || !attendee || call.over)
      return void this.refuse("disconnect", CLOSE.policy, "the call is over, or not yours");
    if (!call.attendees.mayEnter(attendee)) return void this.refuse("disconnect", CLOSE.policy, "not admitted now");
    if (call.full && attendee.standing.state !== "present")
      return void this.refuse("disconnect", CLOSE.policy, "meeting is full");
    if (!this.#hasRelay(attendee)) return;
    attendee.origin = this.#origin;
    // A leg of its own for each time that it connects.
    if (attendee.wasIn) attendee.legId = randomUUID();
    const client = this.#newClient(access, attendee, join);
    attendee.asked = false;
    const iceServers = this.#attach(call, client);
    call.join(client, join, iceServers);
    this.#flush();
  }

  /**
   * Whoever comes from outside while no edge has a relay would wait for media in vain. Clients that mend their connection
   * try again within seconds, and gather candidates anew then; whoever clicked is told why when it asks to join again.
   */
  #hasRelay(attendee: Attendee): boolean {
    const failure = this.#origin.via === "edge" ? this.#board.relayFailure() : undefined;
    if (!failure) return true;
    const { identity, asked } = attendee;
    const { traceId: trace } = this.#origin;
    this.#board.log.info("no relay for who connects", { trace, participant: identity, code: failure.code });
    this.refuse(asked ? "disconnect" : "reconnect", CLOSE.normal, "no relay", "media-failure");
    return false;
  }

  #newClient(access: AccessToken, attendee: Attendee, join: SignallingJoin): Client {
    const { pool, clock, log, nextNumber } = this.#board;
    const sid = newSid("PA");
    const origin = this.#origin;
    const legLog = log.with({ trace: origin.traceId, participant: access.identity, leg: sid });
    const place = {
      legId: sid,
      // Whatever call id the space has later, its call stays on one worker.
      callId: access.call,
      via: origin.via,
      permit: origin.via === "edge" ? [origin.address] : [],
    };
    return new Client({
      sid,
      access,
      attendee,
      number: nextNumber(),
      client: join.client || "unknown client",
      origin,
      mendsItself: !attendee.asked,
      leg: new Leg(place, pool, legLog),
      clock,
      log: legLog,
    });
  }

  #resume(call: Call, client: Client): void {
    client.close(CLOSE.normal, "replaced by a new socket");
    const iceServers = this.#attach(call, client);
    // The address may be a new one: the network was changed.
    if (client.leg.via === "edge")
      client.leg.request({ do: "permit", legId: client.sid, address: this.#origin.address });
    call.resume(client, iceServers);
    this.#flush();
  }

  #attach(call: Call, client: Client): readonly IceServer[] {
    const socket: Socket = { stream: this.#stream, json: false, heardAt: this.#board.clock.now() };
    client.socket = socket;
    this.#bound = { call, client, socket };
    return this.#board.iceServersFor(this.#origin, client.access.identity);
  }

  #flush(): void {
    for (const frame of this.#early.splice(0)) this.receive(frame);
  }
}
