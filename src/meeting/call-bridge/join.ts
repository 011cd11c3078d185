import { type Clock, type Log, sourceNetwork, TurnpikeError } from "#base";
import type { ClientOrigin, JoinAnswer, JoinRequest } from "#bridge-link";
import type { SpaceStore } from "#storage";
import type { Call } from "./call.ts";
import type { Edges } from "./edges.ts";
import { callBridgeErrors, fail } from "./errors.ts";
import { type EventLine, iceFailureOf, lines } from "./event-lines.ts";
import { cleanName, newIdentity } from "./names.ts";
import { RateLimit } from "./rate-limit.ts";
import type { Tokens } from "./tokens.ts";
import { iceServersFor, type TurnServer } from "./turn-servers.ts";

const MINUTE_MS = 60_000;
/** Failed joins in a minute: from one address, and for one call id by passcode. */
const FAILURES = { perSource: 10, perCallId: 30 };

export interface Reception {
  readonly spaces: SpaceStore;
  readonly tokens: Tokens;
  readonly turnServers: readonly TurnServer[];
  readonly edges: Edges;
  readonly clock: Clock;
  readonly log: Log;
  readonly eventLine: EventLine;
  readonly callOf: (spaceId: string) => Call | undefined;
  /** The next number of a call leg, for the event log. */
  readonly nextNumber: () => number;
}

/** Admits callers to spaces: limits, access, relays, token. */
export class JoinDesk {
  readonly #reception: Reception;
  readonly #sources: RateLimit;
  readonly #callIds: RateLimit;

  constructor(reception: Reception) {
    this.#reception = reception;
    this.#sources = new RateLimit(FAILURES.perSource, MINUTE_MS, reception.clock);
    this.#callIds = new RateLimit(FAILURES.perCallId, MINUTE_MS, reception.clock);
  }

  /** Rejects only if the storage does. */
  async join(request: JoinRequest, origin: ClientOrigin): Promise<JoinAnswer> {
    const log = this.#reception.log.with({ trace: origin.traceId, address: origin.address, via: origin.via });
    try {
      return await this.#admit(request, origin, log);
    } catch (error) {
      if (!(error instanceof TurnpikeError) || error.guest === undefined) throw error;
      log.warn("join refused", { code: error.code, why: error.message });
      const { code, guest: message } = error;
      const retryAfter = error instanceof LimitError ? { retryAfter: error.seconds } : {};
      return { admitted: false, error: { code, message, traceId: origin.traceId, ...retryAfter } };
    }
  }

  async #admit(request: JoinRequest, origin: ClientOrigin, log: Log): Promise<JoinAnswer> {
    const { spaces, tokens, turnServers, clock } = this.#reception;
    const space = await this.#counted(request, origin, () => spaces.verifyAccess(request.callId, request));
    if (this.#reception.callOf(space.id)?.conference.full) throw fail("JOIN_CALL_FULL", { space: space.name });
    const name = cleanName(request.name);
    const identity = newIdentity();
    this.#requireRelay(origin, identity, name);
    const { callId } = space;
    const token = await tokens.issue({ identity, name, callId, spaceId: space.id, spaceName: space.name });
    const iceServers = origin.via === "edge" ? iceServersFor(turnServers, identity, clock.now()) : [];
    log.info("join admitted", { space: space.id, participant: identity });
    return {
      admitted: true,
      space: { name: space.name, callId },
      participant: { identity, name },
      token,
      iceServers,
      traceId: origin.traceId,
    };
  }

  /**
   * Counts the try before it is made, so that tries at the same time count too, and takes it back if it was good. A secret
   * cannot be guessed, so tries with one do not count for the call id: nobody can lock a meeting's link by guessing.
   */
  async #counted<T>(request: JoinRequest, origin: ClientOrigin, look: () => Promise<T | undefined>): Promise<T> {
    const limits = [{ by: "address", limit: this.#sources, key: sourceNetwork(origin.address) }];
    if (request.secret === undefined) limits.push({ by: "call id", limit: this.#callIds, key: request.callId });
    const taken: typeof limits = [];
    const giveBack = () => {
      for (const { limit, key } of taken) limit.giveBack(key);
    };
    for (const entry of limits) {
      const seconds = entry.limit.take(entry.key);
      if (seconds > 0) {
        giveBack();
        throw new LimitError(entry.by, seconds);
      }
      taken.push(entry);
    }
    const found = await look();
    if (found === undefined) throw fail("JOIN_REFUSED");
    giveBack();
    return found;
  }

  /** A guest outside has no media without an edge: better told now than after a minute of "connecting". */
  #requireRelay(origin: ClientOrigin, identity: string, name: string): void {
    if (origin.via !== "edge") return;
    const { turnServers, edges, eventLine, nextNumber } = this.#reception;
    if (turnServers.length === 0) throw fail("MEDIA_NO_RELAY", { why: "none is configured" });
    const failure = edges.failure;
    if (!failure) return;
    const number = nextNumber();
    eventLine("info", lines.allocated(number, identity, name, "not connected"));
    eventLine("warning", lines.iceFailure(number, iceFailureOf(failure.code)));
    throw fail("MEDIA_NO_RELAY", { why: `${failure.code}: ${failure.detail}` });
  }
}

class LimitError extends TurnpikeError {
  readonly seconds: number;
  constructor(by: string, seconds: number) {
    super("JOIN_RATE_LIMITED", callBridgeErrors.JOIN_RATE_LIMITED, { by, seconds });
    this.seconds = seconds;
  }
}
