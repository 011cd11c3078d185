import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "../../../meeting/views/field.tsx";
import { spaceHref } from "../../pages.ts";
import type { ApiList } from "../../server/objects.ts";
import { useApp, useStrings } from "../context.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { TextField } from "../kit/inputs.tsx";

/** A name is enough: the Meeting ID and the link's secret are drawn by the server. */
export function CreateSpace({ onClose }: { readonly onClose: () => void }) {
  const { spaces, shell } = useStrings();
  const app = useApp();
  const [name, setName] = useState("");
  const [template, setTemplate] = useState("");
  const [passcode, setPasscode] = useState("");
  const [owner, setOwner] = useState("");
  const made = useRef("");

  const create = async (given: string, from: string, code: string, ownerJid: string): Promise<string> => {
    const values = { name: given, ...(ownerJid ? { ownerJid } : {}), ...(code ? { passcode: code } : {}) };
    if (!from) return app.objects.create("coSpaces", { ...values, requireCallId: "true" });
    const { value } = await app.server.change<{ id: string }>("POST", "/api/spaces", {
      ...values,
      coSpaceTemplate: from,
    });
    return value.id;
  };

  return (
    <FormDialog
      title={spaces.createTitle}
      submit={shell.create}
      onClose={onClose}
      isReady={name.trim() !== ""}
      act={async () => {
        made.current = await create(name.trim(), template, passcode, owner.trim());
      }}
      done={spaces.created(name.trim())}
      onDone={() => void app.router.go(spaceHref(made.current))}
    >
      {(isTried) => (
        <>
          <TextField
            label={spaces.name}
            name="name"
            value={name}
            onInput={setName}
            problem={isTried && !name.trim() ? spaces.nameMissing : undefined}
          />
          <TemplateField value={template} onChange={setTemplate} />
          {!template && (
            <TextField
              label={spaces.passcode}
              name="passcode"
              value={passcode}
              onInput={setPasscode}
              optional={spaces.optional}
              hint={spaces.passcodeHint}
              maxLength={100}
            />
          )}
          <TextField
            label={spaces.owner}
            name="owner"
            value={owner}
            onInput={setOwner}
            optional={spaces.optional}
            hint={spaces.ownerHint}
          />
        </>
      )}
    </FormDialog>
  );
}

function TemplateField({ value, onChange }: { readonly value: string; readonly onChange: (id: string) => void }) {
  const { spaces } = useStrings();
  const { objects } = useApp();
  const [templates, setTemplates] = useState<ApiList["objects"]>([]);
  useEffect(() => {
    objects.listByName("coSpaceTemplates", "coSpaceTemplate", { limit: 100 }).then(
      (list) => setTemplates(list.objects),
      () => {},
    );
  }, [objects]);
  if (templates.length === 0) return null;
  return (
    <Field label={spaces.template}>
      {(field) => (
        <select {...field} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">{spaces.noTemplate}</option>
          {templates.map(({ id, values }) => (
            <option key={id} value={id}>
              {String(values.name ?? id)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
