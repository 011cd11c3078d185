import type { Call } from "./call.ts";
import type { Calls } from "./calls.ts";
import { assertMutes } from "./enforcement.ts";
import { lines } from "./event-lines.ts";
import { EMPTY_MS } from "./limits.ts";
import { sendToLobby } from "./moves.ts";

/** What happens in calls because time passes: people are lost, activation ends, calls that nobody is in end. */
export function passTime(calls: Calls): void {
  for (const call of calls.all) {
    call.tick();
    deactivate(call);
    endLongLegs(call);
    for (const client of call.clients) assertMutes(call, client);
    if (call.kept && !call.deserted) call.keptUntil = call.clock.now() + EMPTY_MS;
    if (call.deserted && call.clock.now() >= call.keptUntil) calls.end(call);
  }
}

/** The last activator has left: each leg that needs one goes the way that its profile says, at its time. */
function deactivate(call: Call): void {
  const { activation } = call;
  if (activation.state !== "left") return;
  const now = call.clock.now();
  for (const one of call.attendees.all) {
    const { needsActivation, deactivationMode, deactivationModeTime } = one.rules;
    const { state, since } = one.standing;
    // Whoever was let in after the activator had left is to stay.
    if (!needsActivation || state === "lobby" || state === "away" || (one.letIn && since > activation.since)) continue;
    if (deactivationMode === "remainActivated" || now < activation.since + deactivationModeTime * 1000) continue;
    call.say("info", lines.deactivated(call.id, one.identity));
    if (deactivationMode === "deactivate") sendToLobby(call, one, "host-not-here");
    else if (one.standing.state === "present") call.remove(one.standing.sid, "removed");
    else call.attendees.forget(one);
  }
}

function endLongLegs(call: Call): void {
  for (const client of call.clients) {
    const { attendee, startedAt, sid } = client;
    const seconds = attendee.rules.maxCallDurationTime;
    if (seconds === undefined || call.clock.now() < startedAt + seconds * 1000) continue;
    call.say("info", lines.tooLong(call.id, attendee.identity, seconds));
    call.remove(sid, "removed");
  }
}
