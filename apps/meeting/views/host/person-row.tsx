import { useId, useRef, useState } from "preact/hooks";
import type { PersonAction } from "../../model/actions.ts";
import { actionsOn } from "../../model/host.ts";
import { initials, tintOf } from "../../model/names.ts";
import type { Person } from "../../model/people.ts";
import type { Rules } from "../../model/rules.ts";
import { Confirm } from "../dialog.tsx";
import { MicOffIcon, MoreIcon } from "../icons.tsx";
import { useStrings } from "../strings.ts";
import type { Steer } from "./use-steer.ts";

interface Props {
  readonly person: Person;
  readonly rules: Rules;
  readonly steer: Steer;
}

export function PersonRow({ person, rules, steer }: Props) {
  const { meeting, host } = useStrings();
  const actions = actionsOn(person, rules);
  const [open, setOpen] = useState(false);
  const [removing, setRemoving] = useState(false);
  const more = useRef<HTMLButtonElement>(null);
  const id = useId();
  const act = (action: PersonAction) => {
    setOpen(false);
    more.current?.focus({ preventScroll: true });
    if (action === "remove") setRemoving(true);
    else steer({ do: action, participant: person.id }, host.done[action](person.name));
  };
  return (
    <li class={person.speaking && person.micOn ? "speaking" : ""} data-testid="person" data-id={person.id}>
      <span class={`avatar small tint-${tintOf(person.name)}`} aria-hidden="true">
        {initials(person.name)}
      </span>
      <span class="people-name">
        {person.name}
        {person.isSelf && <span class="optional"> {meeting.you}</span>}
        {person.isHost && <span class="tag">{host.host}</span>}
      </span>
      {!person.micOn && (
        <span class="people-muted" role="img" aria-label={meeting.muted} title={meeting.muted}>
          <MicOffIcon />
        </span>
      )}
      {actions.length > 0 && (
        <button
          type="button"
          class="round plain"
          ref={more}
          aria-label={host.actionsFor(person.name)}
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => setOpen(!open)}
          data-testid="person-actions"
        >
          <MoreIcon />
        </button>
      )}
      {open && actions.length > 0 && <Actions id={id} person={person} actions={actions} onAction={act} />}
      {removing && (
        <Confirm
          title={host.removeTitle(person.name)}
          text={host.removeText}
          action={host.actions.remove}
          cancel={host.cancel}
          onClose={() => setRemoving(false)}
          onConfirm={() => steer({ do: "remove", participant: person.id }, host.done.remove(person.name))}
        />
      )}
    </li>
  );
}

interface ActionsProps {
  readonly id: string;
  readonly person: Person;
  readonly actions: readonly PersonAction[];
  readonly onAction: (action: PersonAction) => void;
}

function Actions({ id, person, actions, onAction }: ActionsProps) {
  const { host } = useStrings();
  return (
    <fieldset class="person-actions" id={id} aria-label={host.actionsFor(person.name)}>
      {actions.map((action) => (
        <button
          key={action}
          type="button"
          class={action === "remove" ? "button quiet small dangerous" : "button quiet small"}
          onClick={() => onAction(action)}
          data-testid={`do-${action}`}
        >
          {host.actions[action]}
        </button>
      ))}
    </fieldset>
  );
}
