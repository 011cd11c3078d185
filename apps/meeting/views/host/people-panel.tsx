import type { Meeting } from "../../model/meeting.ts";
import { LockIcon, MicOffIcon, UnlockIcon } from "../icons.tsx";
import { useStrings } from "../strings.ts";
import { PersonRow } from "./person-row.tsx";
import type { Steer } from "./use-steer.ts";
import { WaitingList } from "./waiting-list.tsx";

/** Who waits, who is here, and what one may do about it. */
export function PeoplePanel({ meeting, steer }: { readonly meeting: Meeting; readonly steer: Steer }) {
  const strings = useStrings();
  const people = meeting.people.value;
  const { waiting } = meeting.room.value;
  const rules = meeting.rules.value;
  return (
    <>
      {rules.lock && waiting.length > 0 && <WaitingList waiting={waiting} steer={steer} />}
      {(rules.lock || rules.muteOthers) && <AllActions meeting={meeting} steer={steer} />}
      <section aria-label={strings.host.inside}>
        {waiting.length > 0 && rules.lock && <h3 class="panel-part">{strings.host.inside}</h3>}
        <ul class="people">
          {people.map((person) => (
            <PersonRow key={person.id} person={person} rules={rules} steer={steer} />
          ))}
        </ul>
      </section>
    </>
  );
}

function AllActions({ meeting, steer }: { readonly meeting: Meeting; readonly steer: Steer }) {
  const { host } = useStrings();
  const rules = meeting.rules.value;
  const { locked } = meeting.room.value;
  const others = meeting.people.value.length > 1;
  return (
    <div class="host-actions">
      {rules.muteOthers && (
        <button
          type="button"
          class="button quiet small"
          disabled={!others}
          onClick={() => steer({ do: "muteAll" }, host.mutedAll)}
          data-testid="mute-all"
        >
          <MicOffIcon />
          {host.muteAll}
        </button>
      )}
      {rules.lock && (
        <button
          type="button"
          class="button quiet small"
          onClick={() => steer({ do: locked ? "unlock" : "lock" })}
          data-testid="lock"
          data-locked={locked}
        >
          {locked ? <UnlockIcon /> : <LockIcon />}
          {locked ? host.unlock : host.lock}
        </button>
      )}
    </div>
  );
}
