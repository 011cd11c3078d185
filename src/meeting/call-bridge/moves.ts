import type { Attendee } from "./attendee.ts";
import type { Call } from "./call.ts";
import type { WaitWhy } from "./lobby-gate.ts";
import { lobbyRoom } from "./shown.ts";

/** Out of the call and into its lobby. The client is told to leave, and waits there if it asks. */
export function sendToLobby(call: Call, one: Attendee, why: WaitWhy): void {
  one.letIn = false;
  // First, so that nobody else's leaving lets it in again.
  const { standing } = one;
  if (standing.state === "present") {
    const client = call.clientOf(one);
    if (client) call.post(client, { input: "room", room: lobbyRoom(call, client, why) });
    call.remove(standing.sid, "deactivated");
  }
  call.attendees.wait(one, why);
  call.lookAround();
}

/** In from the lobby, whatever the gate says. */
export function letIn(call: Call, one: Attendee): void {
  if (one.standing.state !== "lobby") return;
  one.letIn = true;
  call.attendees.expect(one);
}

/** Out, and its tokens are dead; who waits is told that it was refused. */
export function takeOut(call: Call, one: Attendee): void {
  if (one.standing.state === "present") call.remove(one.standing.sid, "removed");
  else call.attendees.bar(one, one.standing.state === "lobby" ? "LOBBY_REFUSED" : "CALL_REMOVED");
  call.lookAround();
}

export function setLocked(call: Call, locked: boolean): void {
  call.locked = locked;
  call.lookAround();
}
