import type { Clock, Log } from "#base";
import type { ClientOrigin, JoinAnswer } from "#bridge-link";
import type { EventLog } from "#event-log";
import type { WebBridgeProfiles } from "#spaces";
import type { Storage } from "#storage";
import type { Attendee } from "./attendee.ts";
import type { Call } from "./call.ts";
import type { Calls } from "./calls.ts";
import { fail } from "./errors.ts";
import { refusal } from "./refusal.ts";
import type { SignedInUser } from "./session-user.ts";
import type { AccessToken, Tokens } from "./tokens.ts";
import type { TurnServers } from "./turn-servers-contract.ts";

/** What the join desk and the lobby work with. */
export interface Reception {
  readonly storage: Storage;
  readonly webBridges: WebBridgeProfiles;
  readonly calls: Calls;
  readonly tokens: Tokens;
  readonly turnServers: TurnServers;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventLog;
  readonly sessionUser: ((token: string) => Promise<SignedInUser | undefined>) | undefined;
  /** The next number of a call leg, for the event log. */
  readonly nextNumber: () => number;
}

/** What someone is told who has just asked to come in, or for news in the lobby. */
export async function answerFor(
  { tokens, turnServers }: Reception,
  call: Call,
  one: Attendee,
  origin: ClientOrigin,
): Promise<JoinAnswer> {
  const { traceId } = origin;
  const { identity } = one;
  const space = { name: call.space.name, callId: call.callId };
  const participant = { identity, name: one.name };
  const access = accessOf(call, one);
  const { standing } = one;
  if (standing.state === "lobby") {
    const token = await tokens.issueLobby(access);
    return { result: "waiting", space, participant, token, why: standing.why, traceId };
  }
  // A room may have filled while it waited: it is told now and not by a socket that is refused.
  if (standing.state !== "present" && call.full) return refusal(fail("JOIN_CALL_FULL", { space: space.name }), origin);
  const token = await tokens.issue(access);
  const iceServers = turnServers.iceServersFor(origin, identity);
  return { result: "admitted", space, participant, token, iceServers, traceId };
}

export function accessOf(call: Call, { identity, name }: Attendee): AccessToken {
  const { id: spaceId, name: spaceName } = call.space;
  return { identity, name, callId: call.callId, spaceId, spaceName, call: call.id };
}
