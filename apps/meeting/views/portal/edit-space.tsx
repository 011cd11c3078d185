import { useState } from "preact/hooks";
import type { Space } from "../../model/portal.ts";
import { failureText } from "../../strings/portal/index.ts";
import { Dialog } from "../dialog.tsx";
import { Field } from "../field.tsx";
import { usePortal } from "./context.ts";
import { FormActions, Problem } from "./parts.tsx";
import { useAction } from "./use-request.ts";

interface Props {
  readonly space: Space;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** Name and video address; only what the membership allows. */
export function EditSpace({ space, onClose, onChanged }: Props) {
  const { api, strings, say } = usePortal();
  const { canChangeName, canChangeUri } = space.permissions;
  const [name, setName] = useState(space.name);
  const [uri, setUri] = useState(space.uri ?? "");
  const { busy, failure, run } = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const change = {
        ...(canChangeName && name.trim() !== space.name ? { name: name.trim() } : {}),
        ...(canChangeUri && uri.trim() !== (space.uri ?? "") ? { uri: uri.trim() } : {}),
      };
      await api.changeSpace(space.id, change, space.version);
      say(strings.space.saved);
      onClose();
      onChanged();
    });
  };
  const wrong = (field: string) => (failure?.field === field ? failureText(failure, strings) : undefined);
  return (
    <Dialog title={strings.space.editTitle} onClose={onClose} testid="edit-dialog">
      <form class="form" onSubmit={submit} noValidate>
        {canChangeName && (
          <Field label={strings.create.name} problem={wrong("name")}>
            {(given) => (
              <input
                {...given}
                name="name"
                maxLength={200}
                autoComplete="off"
                value={name}
                onInput={(event) => setName(event.currentTarget.value)}
              />
            )}
          </Field>
        )}
        {canChangeUri && (
          <Field label={strings.space.address} hint={strings.space.addressHint} problem={wrong("uri")}>
            {(given) => (
              <input
                {...given}
                name="uri"
                maxLength={200}
                autoComplete="off"
                autoCapitalize="none"
                spellcheck={false}
                value={uri}
                onInput={(event) => setUri(event.currentTarget.value)}
              />
            )}
          </Field>
        )}
        {!failure?.field && <Problem failure={failure} />}
        <FormActions submit={strings.frame.save} busy={busy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
