import { type Clock, type Log, type Scope, TurnpikeError } from "#base";
import type { CallBridgeService, ClientOrigin, PortalAnswer, PortalRequest } from "#bridge-link";
import type { EventLog } from "#event-log";
import type { EdgeState, MediaEvent, MediaPool, PoolEvent } from "#media";
import { VALIDATION } from "#media-signalling";
import { webBridgeProfiles } from "#spaces";
import type { Storage } from "#storage";
import type { Call } from "./call.ts";
import { Calls } from "./calls.ts";
import { Control } from "./control.ts";
import type { CallControl } from "./control-contract.ts";
import { fail } from "./errors.ts";
import { act } from "./host-actions.ts";
import { JoinDesk } from "./join.ts";
import { followStorage } from "./live-rules.ts";
import { lobbyNews } from "./lobby.ts";
import { onEdgeReady, onEdgesFailed, onLeg, onMedia } from "./media-events.ts";
import { MediaNumbers } from "./media-numbers.ts";
import { passTime } from "./passing-time.ts";
import { accessOf, type Reception } from "./reception.ts";
import { Records } from "./records.ts";
import { refusal } from "./refusal.ts";
import type { SignedInUser } from "./session-user.ts";
import { openSignalling, type Switchboard } from "./signalling.ts";
import { type CallBridgeStatus, statusOf } from "./status.ts";
import { TOKEN_LIFE, Tokens } from "./tokens.ts";
import type { OpenTurnServers } from "./turn-servers/index.ts";

export interface CallBridgeOptions {
  /** Of this Call Bridge, for status and logs. */
  readonly name: string;
  readonly storage: Storage;
  readonly turnServers: OpenTurnServers;
  /** Opens the media workers: `(onEvent) => openMediaPool(scope, { ..., onEvent })`. */
  readonly openMedia: (onEvent: (event: PoolEvent) => void) => Promise<MediaPool>;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventLog;
  /** Who holds a session's token; without it nobody signs in. */
  readonly sessionUser?: (token: string) => Promise<SignedInUser | undefined>;
  /** Answers what the Web Bridge got under /api, but for joins. */
  readonly portal?: (request: PortalRequest, origin: ClientOrigin) => Promise<PortalAnswer>;
}

export interface CallBridge extends CallBridgeService {
  /** For the API, the administration and the call records. */
  readonly calls: CallControl;
  status(): CallBridgeStatus;
}

/** How often absent participants and silent sockets are looked for, ms. */
const TICK_MS = 1000;

/** Holds the calls of all spaces. Ends with the scope; its clients are told. Rejects with the media workers' error. */
export async function startCallBridge(scope: Scope, options: CallBridgeOptions): Promise<CallBridge> {
  const tokens = new Tokens(await options.storage.signingKey(), options.clock);
  // Events of the workers may come before the pool is there, when there is no call yet.
  let bridge: Bridge | undefined;
  const pool = await options.openMedia((event) => {
    options.turnServers.onPool(event);
    bridge?.onPool(event);
  });
  options.turnServers.useMedia(pool);
  bridge = new Bridge(scope, options, tokens, pool);
  bridge.start();
  return bridge;
}

class Bridge implements CallBridge {
  readonly calls: CallControl;
  readonly #scope: Scope;
  readonly #options: CallBridgeOptions;
  readonly #tokens: Tokens;
  readonly #calls: Calls;
  readonly #reception: Reception;
  readonly #desk: JoinDesk;
  readonly #board: Switchboard;
  #numbers = 0;

  constructor(scope: Scope, options: CallBridgeOptions, tokens: Tokens, pool: MediaPool) {
    this.#scope = scope;
    this.#options = options;
    this.#tokens = tokens;
    const { storage, turnServers, clock, log, events, sessionUser } = options;
    const numbers = new MediaNumbers(scope, pool, log);
    const records = new Records(() => numbers);
    const pause = (ms: number) => scope.sleep(ms);
    const calls = new Calls({ pool, clock, events, listener: records, pause });
    const nextNumber = () => ++this.#numbers;
    this.#calls = calls;
    this.calls = new Control({ storage, calls, records, numbers: () => numbers });
    const webBridges = webBridgeProfiles(scope, storage);
    this.#reception = { storage, webBridges, calls, tokens, turnServers, clock, log, events, sessionUser, nextNumber };
    this.#desk = new JoinDesk(this.#reception);
    const iceServersFor = turnServers.iceServersFor.bind(turnServers);
    const relayFailure = turnServers.failure.bind(turnServers);
    this.#board = { tokens, pool, clock, log, events, calls, nextNumber, iceServersFor, relayFailure };
  }

  start(): void {
    const { storage, log } = this.#options;
    followStorage(this.#scope, storage, this.#calls, log);
    this.#scope.every(TICK_MS, () => passTime(this.#calls));
    // Half of a token's life, so that a client never holds one that is about to end.
    this.#scope.every((TOKEN_LIFE / 2) * 1000, () => void this.#renewTokens());
    this.#scope.defer(() => this.#end());
  }

  join: CallBridgeService["join"] = (request, origin) => this.#desk.join(request, origin);

  lobby: CallBridgeService["lobby"] = (token, origin) => lobbyNews(this.#scope, this.#reception, token, origin);

  openSignalling: CallBridgeService["openSignalling"] = (request, origin, stream) => {
    if (this.#scope.closed) stream.close(1013, "not ready");
    else openSignalling(this.#board, request, origin, stream);
  };

  control: CallBridgeService["control"] = async (token, action, origin) => {
    try {
      // However old: who is in the call now was let in, and its page may hold its first token only.
      const access = await this.#tokens.verify(token, true);
      const call = access && this.#calls.withId(access.call);
      const actor = access && call?.attendees.withIdentity(access.identity);
      if (!call || actor?.standing.state !== "present") throw fail("CONTROL_NOT_IN_CALL");
      act(this.calls, call, actor, action, origin.address);
      return { done: true };
    } catch (error) {
      if (!(error instanceof TurnpikeError) || error.guest === undefined) throw error;
      this.#options.log.warn("control refused", { trace: origin.traceId, code: error.code, why: error.message });
      return { done: false, error: refusal(error, origin).error };
    }
  };

  portal: CallBridgeService["portal"] = async (request, origin) => {
    if (this.#options.portal) return this.#options.portal(request, origin);
    return { status: 404, body: { error: refusal(fail("PORTAL_NOT_THERE"), origin).error } };
  };

  validateToken: CallBridgeService["validateToken"] = async (token) => {
    const access = await this.#tokens.verify(token);
    if (!access) return VALIDATION["bad-token"];
    const call = this.#calls.withId(access.call);
    const one = call?.attendees.withIdentity(access.identity);
    if (!call || call.over) return VALIDATION["no-room"];
    return one && call.attendees.mayEnter(one) ? VALIDATION.good : VALIDATION["bad-token"];
  };

  status(): CallBridgeStatus {
    return statusOf(this.#options.name, this.#calls.begun, this.#options.turnServers.edges());
  }

  onPool(event: PoolEvent): void {
    if ("lost" in event) {
      const state = { state: "closed", code: "MEDIA_WORKER_LOST", detail: event.lost.why } as const;
      for (const call of this.#calls.all) for (const legId of event.lost.legIds) onLeg(call, legId, state);
      return;
    }
    if ("ready" in event) return;
    const { media } = event;
    if (media.event === "edge") return void this.#onEdge(event.worker, media.edge);
    for (const call of this.#calls.all) if (concerns(call, media)) onMedia(call, media);
  }

  #onEdge(worker: number, edge: EdgeState): void {
    this.#logEdge(worker, edge);
    if (edge.state === "ready") for (const call of this.#calls.all) onEdgeReady(call, worker, edge);
    const failure = this.#options.turnServers.failure();
    if (edge.state === "failed" && failure) for (const call of this.#calls.all) onEdgesFailed(call, failure);
  }

  #logEdge(worker: number, edge: EdgeState): void {
    const { log } = this.#options;
    if (edge.state === "ready")
      log.info("relay on the edge is ready", { worker, edge: edge.serverAddress, relayed: edge.relayed });
    if (edge.state === "failed")
      log.warn("no relay on the edge", { worker, edge: edge.serverAddress, code: edge.code, why: edge.detail });
  }

  async #renewTokens(): Promise<void> {
    for (const call of this.#calls.all)
      for (const client of call.clients)
        call.post(client, { input: "token", token: await this.#tokens.issue(accessOf(call, client.attendee)) });
  }

  #end(): void {
    for (const call of this.#calls.all)
      for (const client of call.clients)
        call.post(client, { input: "leave", reason: "server-shutdown", action: "disconnect" });
    for (const call of this.#calls.all) this.#calls.end(call);
  }
}

function concerns(call: Call, media: Exclude<MediaEvent, { event: "edge" }>): boolean {
  return media.event === "speakers" ? media.callId === call.id : call.client(media.legId) !== undefined;
}
