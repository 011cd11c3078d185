import { randomBytes } from "node:crypto";
import { type Clock, type Log, type Scope, type TransportAddress, TurnpikeError, textOf } from "#base";
import { openTurnAllocation, shortTermCredentials, type TurnAllocation } from "#turn-client";
import type { EdgeServer, EdgeState, IceCandidate } from "../control.ts";
import type { Link, PacketListener } from "./link.ts";

/** RFC 8445 5.1.2.1: type preference 0; the first edge is preferred. */
const PRIORITY = 16777215;
const PRIORITY_STEP = 256;
const FIRST_RETRY = 1000;
const LAST_RETRY = 30_000;
/** For so long an edge that is silent is tried often, ms: guests wait for it, and it may only have been restarted. */
const SOON_FOR = 60_000;
const SOON_RETRY = 2000;
/** Answers of the edge: what it refuses now it refuses in two seconds. */
const REFUSALS: readonly string[] = ["TURN_CLIENT_UNAUTHORIZED", "TURN_CLIENT_REFUSED"];
/** Each Allocate has fresh ones; this is how long one may be refreshed, ms. */
const CREDENTIALS_LIFETIME = 24 * 3600 * 1000;

export interface EdgeLinkOptions {
  readonly server: EdgeServer;
  /** 0 for the best of the edges, and so on. */
  readonly rank: number;
  /** Never the same for two links of a worker (RFC 8445 5.1.1.3). */
  readonly foundation: string;
  readonly onPacket: PacketListener;
  /** Not called any more once the link is retired. */
  readonly onState: (state: EdgeState, link: EdgeLink) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** The worker's one allocation on an edge, made again with back-off when it is lost. */
export class EdgeLink implements Link {
  readonly kind = "relay";
  rank: number;
  readonly #scope: Scope;
  readonly #options: EdgeLinkOptions;
  /** Users of each permission, to be asked for again from a new allocation. */
  readonly #permitted = new Map<string, number>();
  readonly #credentialsId = randomBytes(6).toString("hex");
  #allocation: TurnAllocation | undefined;
  #state: EdgeState;
  #failures = 0;
  #failedSinceUs = 0;
  #retired = false;

  /** The scope is the link's own: it ends with it. */
  constructor(scope: Scope, options: EdgeLinkOptions) {
    this.#scope = scope;
    this.#options = options;
    this.rank = options.rank;
    this.#state = { ...this.#named, state: "allocating" };
    void this.#allocate();
  }

  get server(): EdgeServer {
    return this.#options.server;
  }

  get edge(): string {
    return this.#options.server.serverAddress;
  }

  get edgeId(): string {
    return this.#options.server.id;
  }

  get state(): EdgeState {
    return this.#state.state === "ready" && this.#allocation
      ? { ...this.#state, rttMs: this.#allocation.rttMs }
      : this.#state;
  }

  get candidate(): IceCandidate | undefined {
    if (!this.#allocation) return undefined;
    const { foundation } = this.#options;
    const { address, port } = this.#allocation.relayed;
    return { type: "relay", address, port, priority: PRIORITY - this.rank * PRIORITY_STEP, foundation };
  }

  /** It is no edge of ours any more: it carries what it has until it is closed, and nobody hears of it. */
  retire(): void {
    this.#retired = true;
  }

  close(): Promise<void> {
    return this.#scope.close({ code: "edge-removed" });
  }

  send(buffer: Buffer, peer: TransportAddress): void {
    this.#allocation?.send(buffer, peer);
  }

  permit(address: string): void {
    const users = this.#permitted.get(address) ?? 0;
    this.#permitted.set(address, users + 1);
    if (users === 0) this.#ask(address);
  }

  unpermit(address: string): void {
    const users = (this.#permitted.get(address) ?? 0) - 1;
    if (users > 0) this.#permitted.set(address, users);
    else if (this.#permitted.delete(address)) this.#allocation?.releasePermission(address);
  }

  bind(peer: TransportAddress): void {
    this.#allocation?.bindChannel(peer);
  }

  release(peer: TransportAddress): void {
    this.#allocation?.releaseChannel(peer);
  }

  async #allocate(): Promise<void> {
    const { server, onPacket, log } = this.#options;
    const { serverAddress } = server;
    this.#enter({ ...this.#named, state: "allocating" });
    try {
      const allocation = await openTurnAllocation(
        this.#scope,
        {
          server: { address: serverAddress, port: server.port },
          transport: server.transport,
          credentials: () => this.#credentials(),
          onPacket: (packet, from) => onPacket(packet, from, this),
          onLost: (reason) => this.#lost(reason),
        },
        log,
      );
      this.#adopt(allocation);
    } catch (thrown) {
      if (!this.#scope.closed) this.#retry(codeOf(thrown), textOf(thrown));
    }
  }

  #adopt(allocation: TurnAllocation): void {
    this.#allocation = allocation;
    this.#failures = 0;
    const { relayed, rttMs } = allocation;
    // The hairpin: a guest's own relay on this edge sends from the edge's relay address.
    this.#ask(relayed.address);
    for (const address of this.#permitted.keys()) this.#ask(address);
    this.#enter({ ...this.#named, state: "ready", relayed, rttMs });
  }

  #lost(reason: { readonly code: string; readonly detail: string }): void {
    this.#allocation = undefined;
    if (!this.#scope.closed) this.#retry(reason.code, reason.detail);
  }

  #retry(code: string, detail: string): void {
    if (this.#retired) return;
    const nowUs = this.#options.clock.monotonicUs();
    if (this.#failures === 0) this.#failedSinceUs = nowUs;
    const soon = !REFUSALS.includes(code) && nowUs - this.#failedSinceUs < SOON_FOR * 1000;
    const delay = Math.min(FIRST_RETRY * 2 ** this.#failures++, soon ? SOON_RETRY : LAST_RETRY);
    const nextTryMs = Math.round(delay * (0.75 + Math.random() / 2));
    this.#enter({ ...this.#named, state: "failed", code, detail, nextTryMs });
    this.#scope.after(nextTryMs, () => void this.#allocate());
  }

  #enter(state: EdgeState): void {
    this.#state = state;
    if (!this.#retired) this.#options.onState(state, this);
  }

  get #named() {
    const { id, serverAddress } = this.#options.server;
    return { id, serverAddress };
  }

  /** A refusal is the edge's policy for one address; it is the edge's log that tells which rule. */
  #ask(address: string): void {
    this.#allocation?.permit(address).catch((thrown) => {
      this.#options.log.debug("permission refused", { edge: this.edge, address, why: textOf(thrown) });
    });
  }

  #credentials(): { readonly username: string; readonly password: string } {
    const { credentials } = this.#options.server;
    if (credentials.kind === "static") return credentials;
    const expiresAt = this.#options.clock.now() + CREDENTIALS_LIFETIME;
    return shortTermCredentials(credentials.sharedSecret, "bridge", this.#credentialsId, expiresAt);
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof TurnpikeError ? thrown.code : "TURN_CLIENT_UNREACHABLE";
}
