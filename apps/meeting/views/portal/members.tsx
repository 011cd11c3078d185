import { useState } from "preact/hooks";
import { initials, tintOf } from "../../model/names.ts";
import type { Member, Space } from "../../model/portal.ts";
import { SPACES } from "../../model/route.ts";
import { Confirm } from "../dialog.tsx";
import { AddMember } from "./add-member.tsx";
import { usePortal } from "./context.ts";
import { MemberDialog } from "./member-dialog.tsx";
import { Problem, Shown } from "./parts.tsx";
import { useAction, useLoaded } from "./use-request.ts";

/** Who belongs to a space; to be changed by whoever may. */
export function Members({ space }: { readonly space: Space }) {
  const { api, strings } = usePortal();
  const [loaded, reload] = useLoaded(() => api.members(space.id), `members ${space.id}`);
  const [adding, setAdding] = useState(false);
  return (
    <section class="part" aria-labelledby="members-title" data-testid="members">
      <div class="part-head">
        <h2 id="members-title">{strings.members.title}</h2>
        {space.permissions.canAddRemoveMember && (
          <button type="button" class="button quiet small" onClick={() => setAdding(true)} data-testid="add-member">
            {strings.members.add}
          </button>
        )}
      </div>
      <Shown of={loaded} onRetry={reload}>
        {(members) => (
          <>
            <ul class="card members">
              {members.map((member) => (
                <MemberRow key={member.id} space={space} member={member} onChanged={reload} />
              ))}
            </ul>
            {adding && (
              <AddMember space={space} members={members} onClose={() => setAdding(false)} onChanged={reload} />
            )}
          </>
        )}
      </Shown>
    </section>
  );
}

interface Props {
  readonly space: Space;
  readonly member: Member;
  readonly onChanged: () => void;
}

function MemberRow({ space, member, onChanged }: Props) {
  const { strings, state } = usePortal();
  const text = strings.members;
  const isSelf = member.userJid === state.account.user?.userJid;
  // Nobody but the owner changes the owner's membership.
  const mayChange = space.permissions.canAddRemoveMember && (!member.owner || space.owner);
  const [editing, setEditing] = useState(false);
  const role = space.accessMethods.find(({ id }) => id === member.accessMethod)?.name;
  return (
    <li class="member" data-testid="member">
      <span class={`avatar small tint-${tintOf(member.name)}`} aria-hidden="true">
        {initials(member.name)}
      </span>
      <span class="people-name">
        {member.name}
        {isSelf && <span class="optional"> {text.you}</span>}
        {member.owner && <span class="tag">{text.owner}</span>}
        {role && <span class="tag">{role}</span>}
        <small>{member.userJid}</small>
      </span>
      {mayChange && !member.owner && (
        <button
          type="button"
          class="button quiet small"
          aria-label={text.editName(member.name)}
          onClick={() => setEditing(true)}
          data-testid="edit-member"
        >
          {text.edit}
        </button>
      )}
      <RemoveMember space={space} member={member} isSelf={isSelf} mayChange={mayChange} onChanged={onChanged} />
      {editing && (
        <MemberDialog space={space} member={member} onClose={() => setEditing(false)} onChanged={onChanged} />
      )}
    </li>
  );
}

interface RemoveProps extends Props {
  readonly isSelf: boolean;
  readonly mayChange: boolean;
}

/** Takes somebody out, or oneself. An owner stays: nobody could delete the space. */
function RemoveMember({ space, member, isSelf, mayChange, onChanged }: RemoveProps) {
  const { api, strings, state, say } = usePortal();
  const [asking, setAsking] = useState(false);
  const { failure, run } = useAction();
  const allowed = isSelf ? mayChange || space.permissions.canRemoveSelf : mayChange;
  if (member.owner || !allowed) return null;
  const text = isSelf
    ? { title: strings.space.leaveTitle(space.name), text: strings.space.leaveText, action: strings.space.leave }
    : {
        title: strings.members.removeTitle(member.name),
        text: strings.members.removeText,
        action: strings.members.remove,
      };
  const remove = () =>
    void run(async () => {
      await api.removeMember(space.id, member.id);
      say(strings.members.removed(member.name));
      if (isSelf) state.go(SPACES, "replace");
      else onChanged();
    });
  return (
    <>
      <button
        type="button"
        class="button quiet small"
        aria-label={isSelf ? undefined : text.title}
        onClick={() => setAsking(true)}
        data-testid="remove-member"
      >
        {text.action}
      </button>
      <Problem failure={failure} />
      {asking && (
        <Confirm {...text} cancel={strings.frame.cancel} onClose={() => setAsking(false)} onConfirm={remove} />
      )}
    </>
  );
}
