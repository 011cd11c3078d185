import { useState } from "preact/hooks";
import { type Member, PERMISSIONS, type Permission, type Space } from "../../model/portal.ts";
import type { MemberChange } from "../../portal/api.ts";
import { Dialog } from "../dialog.tsx";
import { Field } from "../field.tsx";
import { usePortal } from "./context.ts";
import { FormActions, Problem } from "./parts.tsx";
import { useAction } from "./use-request.ts";

interface Props {
  readonly space: Space;
  readonly member: Member;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** What a member may do to the space. Nobody gives what they do not have. */
export function MemberDialog({ space, member, onClose, onChanged }: Props) {
  const { api, strings, say } = usePortal();
  const text = strings.members;
  const [change, setChange] = useState<MemberChange>({});
  const { busy, failure, run } = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      await api.changeMember(space.id, member.id, change);
      say(text.saved(member.name));
      onClose();
      onChanged();
    });
  };
  const set = (permission: Permission, on: boolean) => setChange({ ...change, [permission]: on });
  return (
    <Dialog title={text.editName(member.name)} onClose={onClose} testid="member-dialog">
      <form class="form" onSubmit={submit}>
        {space.accessMethods.length > 0 && (
          <Field label={text.comesAs}>
            {(given) => (
              <select
                {...given}
                value={change.accessMethod ?? member.accessMethod ?? ""}
                onChange={(event) => setChange({ ...change, accessMethod: event.currentTarget.value })}
              >
                <option value="">{text.asEveryone}</option>
                {space.accessMethods.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {text.as(name ?? id)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <fieldset class="permissions">
          <legend>{text.may}</legend>
          {PERMISSIONS.map((permission) => (
            <label key={permission} class="switch">
              <input
                type="checkbox"
                checked={change[permission] ?? member[permission]}
                disabled={!space.permissions[permission]}
                onChange={(event) => set(permission, event.currentTarget.checked)}
              />
              <span>{text.permissions[permission]}</span>
            </label>
          ))}
        </fieldset>
        <Problem failure={failure} />
        <FormActions submit={strings.frame.save} busy={busy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
