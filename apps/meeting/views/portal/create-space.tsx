import { useRef, useState } from "preact/hooks";
import type { Template } from "../../model/portal.ts";
import { spacePath } from "../../model/route.ts";
import { failureText } from "../../strings/portal/index.ts";
import { Dialog } from "../dialog.tsx";
import { Field } from "../field.tsx";
import { usePortal } from "./context.ts";
import { FormActions, Problem, Shown } from "./parts.tsx";
import { useAction, useLoaded } from "./use-request.ts";

/** Asks for name, kind and passcode, and leads to the new space. */
export function CreateSpace({ onClose }: { readonly onClose: () => void }) {
  const { api, strings, state, say } = usePortal();
  const [templates, reload] = useLoaded(() => api.templates(), "templates");
  const [name, setName] = useState("");
  const [passcode, setPasscode] = useState("");
  const [template, setTemplate] = useState<string>();
  const [missing, setMissing] = useState(false);
  const { busy, failure, run } = useAction();
  const input = useRef<HTMLInputElement>(null);
  const chosen = template ?? (templates.state === "loaded" ? (templates.value[0]?.id ?? "") : undefined);

  const submit = (event: Event) => {
    event.preventDefault();
    setMissing(!name.trim());
    if (!name.trim()) return input.current?.focus();
    void run(async () => {
      const kind = chosen ? { coSpaceTemplateId: chosen } : {};
      const space = await api.createSpace({ name: name.trim(), ...kind, ...(passcode ? { passcode } : {}) });
      say(strings.create.created(space.name));
      state.go(spacePath(space.id));
    });
  };
  const wrong = (field: string) => (failure?.field === field ? failureText(failure, strings) : undefined);

  return (
    <Dialog title={strings.create.title} onClose={onClose} wide testid="create-space">
      <form class="form" onSubmit={submit} noValidate>
        <Field label={strings.create.name} problem={missing ? strings.create.nameMissing : wrong("name")}>
          {(given) => (
            <input
              {...given}
              ref={input}
              name="name"
              maxLength={200}
              autoComplete="off"
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <Shown of={templates} onRetry={reload}>
          {(list) => <Templates list={list} chosen={chosen} onChoose={setTemplate} />}
        </Shown>
        <Field label={strings.create.passcode} hint={strings.create.passcodeHint} problem={wrong("passcode")}>
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
        <FormActions submit={strings.create.submit} busy={busy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

interface TemplatesProps {
  readonly list: readonly Template[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

function Templates({ list, chosen, onChoose }: TemplatesProps) {
  const { strings } = usePortal();
  const kinds = [...list, { id: "", name: strings.create.plain, description: strings.create.plainText }];
  return (
    <fieldset class="kinds">
      <legend>{strings.create.template}</legend>
      {kinds.map(({ id, name, description }) => (
        <label key={id} class="kind">
          <input type="radio" name="template" checked={chosen === id} onChange={() => onChoose(id)} />
          <span>
            <strong>{name ?? id}</strong>
            {description && <small>{description}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
