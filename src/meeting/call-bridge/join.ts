import { type Log, sourceNetwork, TryLimit, TurnpikeError } from "#base";
import type { ClientOrigin, JoinAnswer, JoinRequest } from "#bridge-link";
import { type Admission, callRulesFor, type Entrance, entranceOver, resolveEntrance, rulesFor } from "#spaces";
import type { Attendee } from "./attendee.ts";
import type { Call } from "./call.ts";
import { fail } from "./errors.ts";
import { lines } from "./event-lines.ts";
import { iceFailureOf } from "./ice-failures.ts";
import { FAILURES, LOBBY } from "./limits.ts";
import { type Gate, gateFor, type WaitWhy } from "./lobby-gate.ts";
import { cleanName, newIdentity } from "./names.ts";
import { answerFor, type Reception } from "./reception.ts";
import { LimitError, refusal } from "./refusal.ts";
import type { SignedInUser } from "./session-user.ts";

/** Joins that are remembered because no relay was there for them; the oldest are forgotten. */
const MAX_INTERRUPTED = 500;

/** Admits callers to spaces: limits, access, relays; then into the call or its lobby. */
export class JoinDesk {
  readonly #reception: Reception;
  readonly #sources: TryLimit;
  readonly #meetings: TryLimit;
  /** Trace ids of joins that failed for want of a relay: the app tries again and again, which is one event. */
  readonly #interrupted = new Set<string>();
  #requests = 0;

  constructor(reception: Reception) {
    this.#reception = reception;
    this.#sources = new TryLimit(FAILURES.perSource, FAILURES.windowMs, reception.clock);
    this.#meetings = new TryLimit(FAILURES.perMeeting, FAILURES.windowMs, reception.clock);
  }

  /** Rejects only if the storage does. */
  async join(request: JoinRequest, origin: ClientOrigin): Promise<JoinAnswer> {
    const { log, events } = this.#reception;
    const number = ++this.#requests;
    const trace = log.with({ trace: origin.traceId, address: origin.address, via: origin.via });
    try {
      return await this.#admit(request, origin, trace, number);
    } catch (error) {
      if (!(error instanceof TurnpikeError) || error.guest === undefined) throw error;
      trace.warn("join refused", { code: error.code, why: error.message });
      const again = error.code === "MEDIA_NO_RELAY" && this.#isInterruptedAgain(origin);
      // Whoever may not even try does not fill the event log.
      if (!(error instanceof LimitError || again)) events.write("warning", lines.notResolved(number, error.code));
      return refusal(error, origin);
    }
  }

  async #admit(request: JoinRequest, origin: ClientOrigin, log: Log, number: number): Promise<JoinAnswer> {
    const { storage, events, webBridges } = this.#reception;
    const user = await this.#userOf(request);
    const profile = await webBridges.of(origin.webBridge);
    if (!user && !profile.allowUnauthenticatedGuests) throw fail("JOIN_SIGN_IN_NEEDED");
    const entrance = entranceOver(profile, entranceOf(request, user));
    const admission = await this.#counted(entrance, origin, () => {
      if (!this.#interrupted.has(origin.traceId)) events.write("info", lines.resolving(number));
      return resolveEntrance(storage, entrance);
    });
    const name = cleanName(request.name);
    this.#requireRelay(origin, name);
    const why = request.ahead && request.returning === undefined ? await this.#wouldWait(admission) : undefined;
    if (why) return waitsLater(admission, name, why, origin);
    this.#interrupted.delete(origin.traceId);
    const { one, call } = await this.#place(request, admission, user, name, origin);
    log.info(`join: ${one.standing.state}`, { space: call.space.id, participant: one.identity });
    return answerFor(this.#reception, call, one, origin);
  }

  async #userOf({ session }: JoinRequest): Promise<SignedInUser | undefined> {
    if (session === undefined) return undefined;
    const user = await this.#reception.sessionUser?.(session);
    if (!user) throw fail("JOIN_SIGNED_OUT");
    return user;
  }

  /** Why somebody new would have to wait, if they came now. */
  async #wouldWait(admission: Admission): Promise<WaitWhy | undefined> {
    const { storage, calls } = this.#reception;
    const { rules } = await rulesFor(storage, admission);
    const { locked, lockMode } = await callRulesFor(storage, admission);
    const nobodyThere: Gate = { locked, lockMode, activatorPresent: false, openerPresent: false };
    const gate = calls.ofSpace(admission.space.id)?.gate ?? nobodyThere;
    const verdict = gateFor({ rules, wasIn: false, letIn: false }, gate);
    return verdict === "open" ? undefined : verdict;
  }

  /** Into the call or its lobby: as somebody new, or as the one that it was. */
  async #place(
    request: JoinRequest,
    admission: Admission,
    user: SignedInUser | undefined,
    name: string,
    origin: ClientOrigin,
  ): Promise<{ readonly one: Attendee; readonly call: Call }> {
    const { storage, calls, tokens } = this.#reception;
    const { rules, trace } = await rulesFor(storage, admission);
    const callRules = await callRulesFor(storage, admission);
    const before = request.returning === undefined ? undefined : await tokens.verify(request.returning, true);
    // Last, so that nothing can happen to the space between this and the call's beginning.
    if (!(await storage.get("coSpace", admission.space.id))) throw fail("JOIN_REFUSED");
    const call = calls.open(admission.space, callRules);
    const known = before?.call === call.id ? before.identity : undefined;
    const barred = known === undefined ? undefined : call.attendees.barred(known);
    if (barred) throw fail(barred);
    const one = known === undefined ? undefined : call.attendees.withIdentity(known);
    if (one) {
      Object.assign(one, { admission, user, origin, name });
      one.inherit(rules, trace);
      one.heardAt = call.clock.now();
      one.asked = true;
      call.attendees.judge(one);
      return { one, call };
    }
    this.#requireRoom(call, origin);
    const identity = newIdentity(user ? "user" : "guest");
    this.#reception.events.write("info", lines.created(identity));
    this.#reception.events.write("info", lines.session(identity));
    return { one: call.attendees.add({ identity, name, admission, user, origin, rules, trace }), call };
  }

  #requireRoom(call: Call, origin: ClientOrigin): void {
    const { calls } = this.#reception;
    if (call.full) throw fail("JOIN_CALL_FULL", { space: call.space.name });
    if (call.attendees.waiting.length >= LOBBY.waiting) throw fail("LOBBY_FULL", { where: `space ${call.space.name}` });
    const source = sourceNetwork(origin.address);
    if (!calls.lobbyHasRoom(source, sourceNetwork)) throw fail("LOBBY_FULL", { where: "from one network" });
  }

  /**
   * A try counts as long as it is not known to be good, so that tries at the same time are no way round the limits; who
   * would be one too many because of others under way waits for them. A secret cannot be guessed, so tries with one do not
   * count for the meeting: nobody can lock a meeting's link by guessing.
   */
  async #counted<T>({ by, secret }: Entrance, origin: ClientOrigin, look: () => Promise<T | undefined>): Promise<T> {
    const limits = [{ by: "address", limit: this.#sources, key: sourceNetwork(origin.address) }];
    const where = "callId" in by ? by.callId : by.uri;
    if (secret === undefined) limits.push({ by: "call id", limit: this.#meetings, key: where.toLowerCase() });
    const begun: typeof limits = [];
    let how: "good" | "failed" = "good";
    try {
      for (const entry of limits) {
        const seconds = await entry.limit.begin(entry.key);
        if (seconds > 0) throw new LimitError(entry.by, seconds);
        begun.push(entry);
      }
      const found = await look();
      if (found !== undefined) return found;
      how = "failed";
      throw fail("JOIN_REFUSED");
    } finally {
      for (const { limit, key } of begun) limit.end(key, how);
    }
  }

  /** A guest outside has no media without an edge: better told now than after a minute of "connecting". */
  #requireRelay(origin: ClientOrigin, name: string): void {
    if (origin.via !== "edge") return;
    const { turnServers, events, nextNumber } = this.#reception;
    const failure = turnServers.failure();
    if (!failure) return;
    if (!this.#interrupted.has(origin.traceId)) {
      const number = nextNumber();
      events.write("info", lines.allocated(number, "a guest", name, "not connected"));
      const ice = iceFailureOf(failure.code, failure.detail);
      if (ice) events.write("warning", lines.iceFailure(number, ice));
    }
    throw fail("MEDIA_NO_RELAY", { why: `${failure.code}: ${failure.detail}` });
  }

  #isInterruptedAgain({ traceId }: ClientOrigin): boolean {
    if (this.#interrupted.has(traceId)) return true;
    if (this.#interrupted.size >= MAX_INTERRUPTED) this.#interrupted.delete(this.#interrupted.values().next().value!);
    this.#interrupted.add(traceId);
    return false;
  }
}

/** Nobody is in the lobby by this: there is no token to ask with. */
function waitsLater({ space, callId }: Admission, name: string, why: WaitWhy, { traceId }: ClientOrigin): JoinAnswer {
  const participant = { identity: "", name };
  return { result: "waiting", space: { name: space.name, callId }, participant, token: "", why, traceId };
}

/** Digits are a call id, everything else a URI. */
function entranceOf({ callId, secret, passcode }: JoinRequest, user: SignedInUser | undefined): Entrance {
  return {
    by: /^\d+$/.test(callId) ? { callId } : { uri: callId },
    ...(secret === undefined ? {} : { secret }),
    ...(passcode === undefined ? {} : { passcode }),
    ...(user ? { userId: user.userId } : {}),
  };
}
