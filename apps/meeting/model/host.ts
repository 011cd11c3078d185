import { PERSON_ACTIONS, type PersonAction } from "./actions.ts";
import type { Person } from "./people.ts";
import type { Waiting } from "./room-state.ts";
import type { Rules } from "./rules.ts";

/** What one may do to somebody now; nothing to oneself. */
export function actionsOn(person: Person, rules: Rules): readonly PersonAction[] {
  if (person.isSelf) return [];
  const may: Readonly<Record<PersonAction, boolean>> = {
    mute: rules.muteOthers && person.micOn,
    stopVideo: rules.stopOthersVideo && person.camera !== undefined,
    makeHost: !person.isHost && rules.lock && rules.endForAll && rules.remove && rules.muteOthers,
    toLobby: rules.lock,
    remove: rules.remove,
  };
  return PERSON_ACTIONS.filter((action) => may[action]);
}

/** Those who have come to the lobby since. */
export function newlyWaiting(before: readonly Waiting[], after: readonly Waiting[]): readonly Waiting[] {
  return after.filter(({ identity }) => !before.some((other) => other.identity === identity));
}
