import type { Clock, Log, Scope } from "#base";
import type { CallBridgeService, ClientOrigin } from "#bridge-link";
import type { EdgeState, MediaEvent, MediaPool, PoolEvent } from "#media";
import { VALIDATION } from "#media-signalling";
import type { SpaceStore } from "#storage";
import { Call } from "./call.ts";
import { Edges } from "./edges.ts";
import type { EventLine } from "./event-lines.ts";
import { JoinDesk } from "./join.ts";
import { onEdgeReady, onEdgesFailed, onLeg, onMedia } from "./media-events.ts";
import { openSignalling, type Switchboard } from "./signalling.ts";
import { type CallBridgeStatus, statusOf } from "./status.ts";
import { type AccessToken, TOKEN_LIFE, Tokens } from "./tokens.ts";
import { iceServersFor, type TurnServer } from "./turn-servers.ts";

export interface CallBridgeOptions {
  /** Of this Call Bridge, for status and logs. */
  readonly name: string;
  readonly spaces: SpaceStore;
  readonly turnServers: readonly TurnServer[];
  /** Opens the media workers: `(onEvent) => openMediaPool(scope, { ..., onEvent })`. */
  readonly openMedia: (onEvent: (event: PoolEvent) => void) => Promise<MediaPool>;
  readonly clock: Clock;
  readonly log: Log;
  readonly eventLine?: EventLine;
}

export interface CallBridge extends CallBridgeService {
  status(): CallBridgeStatus;
}

/** How often absent participants and silent sockets are looked for, ms. */
const TICK_MS = 1000;

/** Holds the calls of all spaces. Ends with the scope; its clients are told. Rejects with the media workers' error. */
export async function startCallBridge(scope: Scope, options: CallBridgeOptions): Promise<CallBridge> {
  const tokens = new Tokens(await options.spaces.signingKey(), options.clock);
  const bridge = new Bridge(scope, options, tokens);
  await bridge.start();
  return bridge;
}

class Bridge implements CallBridge {
  readonly #scope: Scope;
  readonly #options: CallBridgeOptions;
  readonly #tokens: Tokens;
  readonly #edges = new Edges();
  /** By space. */
  readonly #calls = new Map<string, Call>();
  readonly #desk: JoinDesk;
  #board: Switchboard | undefined;
  #pool: MediaPool | undefined;
  #numbers = 0;

  constructor(scope: Scope, options: CallBridgeOptions, tokens: Tokens) {
    this.#scope = scope;
    this.#options = options;
    this.#tokens = tokens;
    const { spaces, turnServers, clock, log } = options;
    this.#desk = new JoinDesk({
      spaces,
      tokens,
      turnServers,
      clock,
      log,
      edges: this.#edges,
      eventLine: this.#eventLine,
      callOf: (spaceId) => this.#calls.get(spaceId),
      nextNumber: this.#nextNumber,
    });
  }

  async start(): Promise<void> {
    const { openMedia, clock, log } = this.#options;
    const pool = await openMedia((event) => this.#onPool(event));
    this.#pool = pool;
    this.#board = {
      tokens: this.#tokens,
      pool,
      clock,
      log,
      nextNumber: this.#nextNumber,
      iceServersFor: (origin, identity) => this.#iceServersFor(origin, identity),
      findCall: (spaceId) => this.#calls.get(spaceId),
      callFor: (access) => this.#callFor(access),
    };
    this.#scope.every(TICK_MS, () => this.#tick());
    // Half of a token's life, so that a client never holds one that is about to end.
    this.#scope.every((TOKEN_LIFE / 2) * 1000, () => void this.#renewTokens());
    this.#scope.defer(() => this.#end());
  }

  join: CallBridgeService["join"] = (request, origin) => this.#desk.join(request, origin);

  openSignalling: CallBridgeService["openSignalling"] = (request, origin, stream) => {
    if (this.#board && !this.#scope.closed) openSignalling(this.#board, request, origin, stream);
    else stream.close(1013, "not ready");
  };

  validateToken: CallBridgeService["validateToken"] = async (token) => {
    const access = await this.#tokens.verify(token);
    if (!access) return VALIDATION["bad-token"];
    return (await this.#options.spaces.findSpace(access.spaceId)) ? VALIDATION.good : VALIDATION["no-room"];
  };

  status(): CallBridgeStatus {
    return statusOf(this.#options.name, [...this.#calls.values()], this.#edges);
  }

  readonly #nextNumber = () => ++this.#numbers;
  readonly #eventLine: EventLine = (level, text) => this.#options.eventLine?.(level, text);

  #iceServersFor(origin: ClientOrigin, identity: string) {
    const { turnServers, clock } = this.#options;
    return origin.via === "edge" ? iceServersFor(turnServers, identity, clock.now()) : [];
  }

  async #callFor(access: AccessToken): Promise<Call | undefined> {
    const present = this.#calls.get(access.spaceId);
    if (present) return present;
    const space = await this.#options.spaces.findSpace(access.spaceId);
    if (!space || this.#scope.closed || !this.#pool) return undefined;
    // Another participant may have opened it meanwhile.
    const again = this.#calls.get(space.id);
    if (again) return again;
    const { clock } = this.#options;
    const onEmpty = () => {
      if (this.#calls.get(space.id) === call) this.#calls.delete(space.id);
    };
    const pause = (ms: number) => this.#scope.sleep(ms);
    const call: Call = new Call({ space, pool: this.#pool, clock, eventLine: this.#eventLine, pause, onEmpty });
    this.#calls.set(space.id, call);
    return call;
  }

  #onPool(event: PoolEvent): void {
    if ("lost" in event) {
      this.#edges.forget(event.worker);
      const state = { state: "closed", code: "MEDIA_WORKER_LOST", detail: event.lost.why } as const;
      for (const call of this.#calls.values()) for (const legId of event.lost.legIds) onLeg(call, legId, state);
      return;
    }
    if ("ready" in event) return;
    const { media } = event;
    if (media.event === "edge") return void this.#onEdge(event.worker, media.edge);
    for (const call of this.#calls.values()) if (concerns(call, media)) onMedia(call, media);
  }

  #onEdge(worker: number, edge: EdgeState): void {
    this.#edges.update(worker, edge);
    this.#logEdge(worker, edge);
    if (edge.state === "ready") for (const call of this.#calls.values()) onEdgeReady(call, worker, edge);
    const { failure } = this.#edges;
    if (edge.state === "failed" && failure)
      for (const call of [...this.#calls.values()]) onEdgesFailed(call, failure.code);
  }

  #logEdge(worker: number, edge: EdgeState): void {
    const { log } = this.#options;
    if (edge.state === "ready")
      log.info("relay on the edge is ready", { worker, edge: edge.serverAddress, relayed: edge.relayed });
    if (edge.state === "failed")
      log.warn("no relay on the edge", { worker, edge: edge.serverAddress, code: edge.code, why: edge.detail });
  }

  #tick(): void {
    for (const call of [...this.#calls.values()]) {
      call.tick();
      // Made for someone whose socket was closed before they were in.
      if (call.clients.length === 0) this.#calls.delete(call.space.id);
    }
  }

  async #renewTokens(): Promise<void> {
    for (const call of this.#calls.values())
      for (const client of call.clients)
        call.post(client, { input: "token", token: await this.#tokens.issue(client.access) });
  }

  #end(): void {
    for (const call of this.#calls.values())
      for (const client of call.clients)
        call.post(client, { input: "leave", reason: "server-shutdown", action: "disconnect" });
    this.#calls.clear();
  }
}

function concerns(call: Call, media: Exclude<MediaEvent, { event: "edge" }>): boolean {
  return media.event === "speakers" ? media.callId === call.space.callId : call.client(media.legId) !== undefined;
}
