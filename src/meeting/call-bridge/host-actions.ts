import { assertNever } from "#base";
import type { ControlAction } from "#bridge-link";
import type { CallLegRules } from "#spaces";
import { type Attendee, HOST_RULES } from "./attendee.ts";
import type { Call } from "./call.ts";
import type { Actor, CallControl } from "./control-contract.ts";
import { fail } from "./errors.ts";

type Permission = keyof CallLegRules;

/** What each action needs: all of these in the rules of whoever asks for it. */
const PERMISSIONS: Readonly<Record<ControlAction["do"], readonly Permission[]>> = {
  lock: ["callLockAllowed"],
  unlock: ["callLockAllowed"],
  admit: ["callLockAllowed"],
  admitAll: ["callLockAllowed"],
  refuse: ["callLockAllowed"],
  toLobby: ["callLockAllowed"],
  endForAll: ["endCallAllowed"],
  remove: ["disconnectOthersAllowed"],
  mute: ["muteOthersAllowed"],
  unmute: ["muteOthersAllowed"],
  muteAll: ["muteOthersAllowed"],
  stopVideo: ["videoMuteOthersAllowed"],
  startVideo: ["videoMuteOthersAllowed"],
  // Nobody gives more than what it has.
  makeHost: ["callLockAllowed", "endCallAllowed", "disconnectOthersAllowed", "muteOthersAllowed"],
};

/** Does what a participant asks for its meeting. Throws CONTROL_NOT_ALLOWED and CALL_NO_SUCH_OBJECT. */
export function act(control: CallControl, call: Call, actor: Attendee, action: ControlAction, address: string): void {
  const missing = PERMISSIONS[action.do].find((permission) => !actor.rules[permission]);
  const who = `participant "${actor.identity}"`;
  if (missing) throw fail("CONTROL_NOT_ALLOWED", { who, what: action.do, permission: missing });
  const by: Actor = { kind: "participant", name: who, address };
  if (isOnOne(action)) actOnOne(control, call, actor, action, by);
  else actOnAll(control, call, actor, action, by);
}

type OnOne = Extract<ControlAction, { participant: string }>;

const ON_ALL: readonly ControlAction["do"][] = ["lock", "unlock", "endForAll", "admitAll", "muteAll"];

function isOnOne(action: ControlAction): action is OnOne {
  return !ON_ALL.includes(action.do);
}

function actOnAll(
  control: CallControl,
  call: Call,
  actor: Attendee,
  action: Exclude<ControlAction, OnOne>,
  by: Actor,
): void {
  switch (action.do) {
    case "lock":
      return void control.changeCall(call.id, { locked: true }, by);
    case "unlock":
      return void control.changeCall(call.id, { locked: false }, by);
    case "endForAll":
      return void control.endCall(call.id, by);
    case "admitAll":
      for (const one of call.attendees.waiting) control.changeParticipant(one.id, { deactivated: false }, by);
      return;
    case "muteAll":
      return void control.changeParticipants(
        call.id,
        ({ id, state }) => id !== actor.id && state !== "lobby",
        { rxAudioMute: true },
        by,
      );
    default:
      assertNever(action.do);
  }
}

function actOnOne(
  control: CallControl,
  call: Call,
  actor: Attendee,
  { do: what, participant }: OnOne,
  by: Actor,
): void {
  const one = call.attendees.withIdentity(participant);
  const waits = one?.standing.state === "lobby";
  // Who is let in or refused waits; everything else is done to those who are in.
  if (!one || waits !== (what === "admit" || what === "refuse") || (!waits && one.standing.state !== "present"))
    throw fail("CALL_NO_SUCH_OBJECT", { what: "participant", id: participant });
  switch (what) {
    case "admit":
      return void control.changeParticipant(one.id, { deactivated: false }, by);
    case "refuse":
    case "remove":
      return void control.disconnect(one.id, by);
    case "toLobby":
      // Nobody could let it in again, perhaps not even itself.
      if (one === actor) throw fail("CONTROL_NOT_ALLOWED", { who: by.name, what, permission: "not of oneself" });
      return void control.changeParticipant(one.id, { deactivated: true }, by);
    case "makeHost":
      return void control.changeCallLeg(one.legId, { rules: HOST_RULES }, by);
    case "mute":
    case "unmute":
      return void control.changeCallLeg(one.legId, { rxAudioMute: what === "mute" }, by);
    case "stopVideo":
    case "startVideo":
      return void control.changeCallLeg(one.legId, { rxVideoMute: what === "stopVideo" }, by);
    default:
      assertNever(what);
  }
}
