import { randomInt } from "node:crypto";
import type { Clock, Log } from "#base";
import type { ClientOrigin, SignallingStream } from "#bridge-link";
import type { Forwarding } from "#media";
import { encodeResponse, LiveKitSession, type ResponseMessage } from "#media-signalling";
import type { Attendee } from "./attendee.ts";
import type { Leg } from "./leg.ts";
import { MENDING_MS } from "./limits.ts";
import type { AccessToken } from "./tokens.ts";

/** A socket that has said nothing for so long is dead: clients ping every 5 s. */
const SILENCE_MS = 20_000;
/** An ICE restart that was asked for is given this long before it is asked for again. */
const RESTART_PAUSE_MS = 8_000;

export interface Socket {
  readonly stream: SignallingStream;
  /** The client speaks JSON in text frames. */
  json: boolean;
  heardAt: number;
}

export interface ClientOptions {
  /** Of the participant, and of the leg. */
  readonly sid: string;
  readonly access: AccessToken;
  readonly attendee: Attendee;
  /** Counts call legs, for the event log. */
  readonly number: number;
  /** "js 2.23.0 Chrome 156" */
  readonly client: string;
  readonly origin: ClientOrigin;
  /** Its client connects anew by itself; nobody has clicked. */
  readonly mendsItself: boolean;
  readonly leg: Leg;
  readonly clock: Clock;
  readonly log: Log;
}

/** A participant's session, its socket if it has one, and its leg. */
export class Client {
  readonly sid: string;
  readonly access: AccessToken;
  readonly attendee: Attendee;
  /** UUID of its call leg. */
  readonly legId: string;
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly client: string;
  readonly origin: ClientOrigin;
  readonly mendsItself: boolean;
  readonly leg: Leg;
  readonly log: Log;
  readonly session = new LiveKitSession(() => randomInt(1, 0xffffffff));
  socket: Socket | undefined;
  /** No edge has a relay for its media; it waits for one. */
  interrupted = false;
  /** What it was last told of the room. */
  metadata: string | undefined;
  /** By track: what it says of its own ones, whatever the server does with them. */
  readonly saysMuted = new Map<string, boolean>();
  /** By track: what it wants of those that it receives. */
  readonly subscriptions = new Map<string, Forwarding>();
  /** Of the last reliable data packet, for a client that comes back. */
  dataSequence = 0;
  readonly #clock: Clock;
  #restartAsked = Number.NEGATIVE_INFINITY;
  #mendingUntil = Number.NEGATIVE_INFINITY;

  constructor(options: ClientOptions) {
    this.sid = options.sid;
    this.access = options.access;
    this.attendee = options.attendee;
    this.legId = options.attendee.legId;
    this.startedAt = options.clock.now();
    this.number = options.number;
    this.client = options.client;
    this.origin = options.origin;
    this.mendsItself = options.mendsItself;
    this.leg = options.leg;
    this.log = options.log;
    this.#clock = options.clock;
  }

  get silent(): boolean {
    return this.socket !== undefined && this.socket.heardAt < this.#clock.now() - SILENCE_MS;
  }

  /** Something is wrong with its connection: if it leaves now, then perhaps only to join anew by itself. */
  get mending(): boolean {
    return this.#clock.now() < this.#mendingUntil;
  }

  mend(): void {
    this.#mendingUntil = this.#clock.now() + MENDING_MS;
  }

  /** True if it may be asked to restart ICE now; then not again at once, unless `urgent`. */
  takeRestart(urgent: boolean): boolean {
    const justAsked = this.#clock.now() < this.#restartAsked + RESTART_PAUSE_MS;
    if (!this.socket || (justAsked && !urgent)) return false;
    this.#restartAsked = this.#clock.now();
    return true;
  }

  send(message: ResponseMessage): void {
    if (this.socket) this.socket.stream.send(encodeResponse(message, this.socket.json));
  }

  close(code: number, reason: string): void {
    const socket = this.socket;
    this.socket = undefined;
    socket?.stream.close(code, reason);
  }
}
