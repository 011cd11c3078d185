import { useState } from "preact/hooks";
import type { Door, Space } from "../../model/portal.ts";
import { failureText } from "../../strings/portal/index.ts";
import { Dialog } from "../dialog.tsx";
import { Field } from "../field.tsx";
import { usePortal } from "./context.ts";
import { useDoorChange } from "./door-card.tsx";
import { FormActions, Problem } from "./parts.tsx";
import { useAction } from "./use-request.ts";

interface Props {
  readonly space: Space;
  readonly door: Door;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** Sets, changes or takes away the passcode of one way in. */
export function Passcode({ space, door, onClose, onChanged }: Props) {
  const { strings, say } = usePortal();
  const text = strings.space;
  const change = useDoorChange(space, door);
  const [passcode, setPasscode] = useState(door.passcode ?? "");
  const { busy, failure, run } = useAction();
  const set = (wanted: string) =>
    void run(async () => {
      await change({ passcode: wanted });
      say(wanted ? text.passcodeSet : text.passcodeRemoved);
      onClose();
      onChanged();
    });
  return (
    <Dialog title={text.passcodeTitle} onClose={onClose} testid="passcode-dialog">
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          set(passcode.trim());
        }}
      >
        <Field
          label={text.passcode}
          hint={text.passcodeHint}
          problem={failure?.field ? failureText(failure, strings) : undefined}
        >
          {(given) => (
            <input
              {...given}
              name="passcode"
              autoComplete="off"
              maxLength={64}
              value={passcode}
              onInput={(event) => setPasscode(event.currentTarget.value)}
            />
          )}
        </Field>
        {!failure?.field && <Problem failure={failure} />}
        <FormActions submit={strings.frame.save} busy={busy} onCancel={onClose}>
          {(door.passcode !== undefined || door.passcodeUnknown) && (
            <button type="button" class="button quiet dangerous" onClick={() => set("")} data-testid="remove-passcode">
              {text.removePasscode}
            </button>
          )}
        </FormActions>
      </form>
    </Dialog>
  );
}
