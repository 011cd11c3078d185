import { type ErrorTable, errorsOf } from "#base";

export const callBridgeErrors = {
  JOIN_REFUSED: {
    kind: "user",
    text: "no space has this call id and passcode or secret",
    remedy: "compare the call id and passcode with the space's; `turnpike space list` shows them",
    guest: "That meeting ID, passcode or link is not right.",
  },
  JOIN_RATE_LIMITED: {
    kind: "user",
    text: "too many failed joins ({by})",
    remedy: "wait {seconds} s; if it goes on, someone is guessing: see the log for the addresses",
    guest: "There were too many tries from your network: please wait a little.",
  },
  JOIN_CALL_FULL: {
    kind: "user",
    text: "the call of space {space} has as many participants as one call may have",
    remedy: "end participants who need not be in it, raise participantLimit of its callProfile, or use another space",
    guest: "This meeting is full: please ask someone to leave, or try again later.",
  },
  JOIN_SIGNED_OUT: {
    kind: "user",
    text: "a join came with a session that has ended",
    remedy: "the user signs in again, or joins as a guest",
    guest: "You have been signed out. Please sign in again, or join as a guest.",
  },
  JOIN_SIGN_IN_NEEDED: {
    kind: "user",
    text: "someone who has not signed in asked to join over a Web Bridge that lets in users only",
    remedy: "the person signs in, or allowUnauthenticatedGuests is set in the Web Bridge's webBridgeProfile",
    guest: "Only people who have signed in can join meetings here: please sign in, then join again.",
  },
  LOBBY_FULL: {
    kind: "user",
    text: "too many people wait ({where})",
    remedy: "a host admits or refuses those who wait",
    guest: "Too many people are waiting for this meeting already: please try again in a minute.",
  },
  LOBBY_GONE: {
    kind: "user",
    text: "someone asked for news of a lobby in which it does not wait",
    remedy: "the person joins again; whoever has not asked for 40 s is forgotten",
    guest: "You are no longer in the waiting room: please join again.",
  },
  LOBBY_REFUSED: {
    kind: "user",
    text: "a host refused someone in the lobby",
    remedy: "the host decides",
    guest: "The host did not let you into this meeting.",
  },
  CALL_REMOVED: {
    kind: "user",
    text: "someone who was removed from a call came back with its old token",
    remedy: "the person may join anew with the meeting's link, as everybody",
    guest: "You were removed from this meeting: join again only if you were asked to.",
  },
  CALL_ENDED: {
    kind: "user",
    text: "the call has ended",
    remedy: "nothing: its host or an administrator ended it",
    guest: "This meeting has ended.",
  },
  CALL_NO_SUCH_OBJECT: {
    kind: "user",
    text: "no {what} has the id {id}",
    remedy: "ask for the list again: calls, participants and call legs come and go",
    guest: "That person is no longer in the meeting.",
  },
  CONTROL_NOT_ALLOWED: {
    kind: "user",
    text: "{who} may not do this: {what}",
    remedy: "its call leg profile decides ({permission}); a host can make it host",
    guest: "You are not allowed to do that in this meeting.",
  },
  CONTROL_NOT_IN_CALL: {
    kind: "user",
    text: "someone who is not in the call wanted to steer it",
    remedy: "it joins first",
    guest: "You are not in this meeting any more.",
  },
  PORTAL_NOT_THERE: {
    kind: "config",
    text: "this Call Bridge has no sign-in for users",
    remedy: "the meeting server's role gives it one",
    guest: "There is nothing at this address. Please check the link.",
  },
  MEDIA_NO_RELAY: {
    kind: "system",
    text: "no TURN server of `turnServers` can be used ({why}), so guests outside cannot send or receive media",
    remedy: "the status page of the administration shows the failure of each edge; mend it there or in `turnServers`",
    guest: "Sound and pictures have no way out of the meeting server right now: its administrator can mend this.",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(callBridgeErrors);
