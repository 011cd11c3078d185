import type { Scope } from "#base";
import { type ClientOrigin, type JoinAnswer, LOBBY_WAIT } from "#bridge-link";
import type { Attendee } from "./attendee.ts";
import type { Call } from "./call.ts";
import { fail } from "./errors.ts";
import { LOBBY } from "./limits.ts";
import { answerFor, type Reception } from "./reception.ts";
import { refusal } from "./refusal.ts";

/** Tells someone in the lobby what has become of it: at once if that is something new, else within 25 s. */
export async function lobbyNews(
  scope: Scope,
  reception: Reception,
  token: string,
  origin: ClientOrigin,
): Promise<JoinAnswer> {
  const access = await reception.tokens.verifyLobby(token);
  const call = access && reception.calls.withId(access.call);
  if (!access || !call) {
    const ended = access !== undefined && reception.calls.hasEnded(access.call);
    return refusal(fail(ended ? "CALL_ENDED" : "LOBBY_GONE"), origin);
  }
  const one = call.attendees.withIdentity(access.identity);
  if (one?.standing.state === "lobby") {
    one.origin = origin;
    await news(scope, call, one);
  }
  if (call.over) return refusal(fail("CALL_ENDED"), origin);
  const now = call.attendees.withIdentity(access.identity);
  if (now) return answerFor(reception, call, now, origin);
  return refusal(fail(call.attendees.barred(access.identity) ?? "LOBBY_GONE"), origin);
}

function news(scope: Scope, call: Call, one: Attendee): Promise<void> {
  const before = one.standing;
  const done = Promise.withResolvers<void>();
  const finish = (whatever?: "whatever") => {
    const unchanged = one.standing === before && call.attendees.withIdentity(one.identity) === one && !call.over;
    if (whatever || !unchanged) done.resolve();
  };
  if (one.polls.size >= LOBBY.polls) [...one.polls][0]!("whatever");
  one.polls.add(finish);
  const timer = scope.after(LOBBY_WAIT * 1000, done.resolve);
  const stopped = () => done.resolve();
  scope.signal.addEventListener("abort", stopped, { once: true });
  return done.promise.finally(() => {
    timer.cancel();
    scope.signal.removeEventListener("abort", stopped);
    one.polls.delete(finish);
    one.heardAt = call.clock.now();
  });
}
