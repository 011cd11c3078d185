import { useId } from "preact/hooks";
import { type ConfigField, isBelow } from "../../model/config-form.ts";
import { useApp, useMayConfigure, useStrings } from "../context.ts";
import { FailureNote } from "./loaded.tsx";
import { Badge } from "./marks.tsx";
import { Section } from "./page.tsx";
import { Skeleton } from "./table.tsx";
import { type ConfigFormState, useConfigForm } from "./use-config-form.ts";

/** Words of a field, by its key. */
export interface SettingTexts {
  readonly label: string;
  readonly hint?: string;
  /** Of a choice's values. */
  readonly choices?: Readonly<Record<string, string>>;
}

export interface SettingGroup {
  readonly title: string;
  readonly note?: string;
  readonly fields: readonly ConfigField[];
}

interface Props {
  readonly groups: readonly SettingGroup[];
  readonly texts: Readonly<Record<string, SettingTexts>>;
  /** After what was saved holds. */
  readonly onSaved?: () => void;
}

/** Keys of the role's file in sections of a page, saved together. Each is checked by the role as at its start. */
export function ConfigForm({ groups, texts, onSaved }: Props) {
  const { settings } = useStrings();
  const app = useApp();
  const mayConfigure = useMayConfigure();
  const form = useConfigForm(groups.flatMap(({ fields }) => fields));
  if (form.why)
    return (
      <div class="card section">
        <FailureNote why={form.why} onRetry={() => void form.reload()} />
      </div>
    );
  if (!form.config)
    return (
      <div class="card section">
        <Skeleton rows={8} />
      </div>
    );
  const { file, needRestart, editable } = form.config;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!(await form.save())) return;
    app.notify("done", settings.saved);
    onSaved?.();
  };
  return (
    <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
      {groups.map(({ title, note, fields }) => (
        <Section key={title} title={title}>
          {note && <p class="note section-note">{note}</p>}
          <fieldset disabled={!mayConfigure}>
            <legend class="unseen">{title}</legend>
            {fields.map((field) => (
              <SettingRow
                key={field.key}
                field={field}
                texts={texts[field.key] ?? { label: field.key }}
                form={form}
                waits={isBelow(needRestart, field.key)}
                isFixed={!isBelow(editable, field.key)}
              />
            ))}
          </fieldset>
        </Section>
      ))}
      <FormEnd form={form} file={file} />
    </form>
  );
}

function FormEnd({ form, file }: { readonly form: ConfigFormState; readonly file: string }) {
  const { settings, api } = useStrings();
  const mayConfigure = useMayConfigure();
  return (
    <div class={form.changed > 0 ? "card form-bar unsaved" : "card form-bar"}>
      <span class="note form-state" role="status">
        {form.changed > 0 ? api.changed(form.changed) : settings.inFile(file)}
      </span>
      {mayConfigure && (
        <>
          <button type="button" class="button quiet" disabled={form.changed === 0 || form.busy} onClick={form.discard}>
            {api.discard}
          </button>
          <button type="submit" class="button primary" disabled={form.changed === 0 || form.busy}>
            {settings.save}
          </button>
        </>
      )}
    </div>
  );
}

interface RowProps {
  readonly field: ConfigField;
  readonly texts: SettingTexts;
  readonly form: ConfigFormState;
  /** It is changed in the file, and holds after a restart. */
  readonly waits: boolean;
  /** Only who can write the file on the machine itself changes it. */
  readonly isFixed: boolean;
}

function SettingRow({ field, texts: { label, hint, choices }, form, waits, isFixed }: RowProps) {
  const { settings } = useStrings();
  const id = useId();
  const problem = form.problems[field.key];
  const note = problem ?? hint;
  if (isFixed)
    return <FixedRow field={field} texts={{ label, ...(choices ? { choices } : {}) }} form={form} waits={waits} />;
  return (
    <div class={field.kind === "number" ? "setting-row brief" : "setting-row"}>
      <label for={id}>{label}</label>
      <div class="setting-input">
        <SettingInput id={id} field={field} form={form} choices={choices} isWrong={problem !== undefined} />
        {waits && <Badge kind="amber">{settings.needsRestart}</Badge>}
      </div>
      <p
        id={`${id}-note`}
        class={problem ? "note setting-note problem" : "note setting-note"}
        role={problem ? "alert" : undefined}
      >
        {note}
      </p>
    </div>
  );
}

function FixedRow({ field: { key, kind }, texts: { label, choices }, form, waits }: Omit<RowProps, "isFixed">) {
  const { settings } = useStrings();
  const value = form.draft[key] ?? "";
  const words = kind === "switch" ? settings.onOff[value] : choices?.[value];
  return (
    <div class="setting-row fixed">
      <span class="setting-name">{label}</span>
      <div class="setting-input">
        <span class="fixed-value">{(words ?? value) || settings.empty}</span>
        {waits && <Badge kind="amber">{settings.needsRestart}</Badge>}
      </div>
      <p class="note setting-note">{settings.fixed}</p>
    </div>
  );
}

interface InputProps extends Pick<RowProps, "field" | "form"> {
  readonly id: string;
  readonly choices: Readonly<Record<string, string>> | undefined;
  readonly isWrong: boolean;
}

function SettingInput({ id, field: { key, kind, choices = [] }, form, choices: words, isWrong }: InputProps) {
  const { settings } = useStrings();
  const value = form.draft[key] ?? "";
  const given = { id, class: "input", value, "aria-invalid": isWrong, "aria-describedby": `${id}-note` };
  if (kind === "switch" || kind === "choice") {
    const known: Readonly<Record<string, string>> = kind === "switch" ? settings.onOff : (words ?? {});
    const values = kind === "switch" ? ["true", "false"] : choices;
    return (
      <select {...given} onChange={(event) => form.set(key, event.currentTarget.value)}>
        {[...new Set([...values, ...(value === "" ? [] : [value])])].map((one) => (
          <option key={one} value={one}>
            {known[one] ?? one}
          </option>
        ))}
      </select>
    );
  }
  if (kind === "lines")
    return (
      <textarea
        {...given}
        rows={Math.min(8, Math.max(2, value.split("\n").length + 1))}
        spellcheck={false}
        onInput={(event) => form.set(key, event.currentTarget.value)}
      />
    );
  return (
    <input
      {...given}
      type="text"
      inputMode={kind === "number" ? "numeric" : "text"}
      autoComplete="off"
      spellcheck={false}
      maxLength={500}
      onInput={(event) => form.set(key, event.currentTarget.value)}
    />
  );
}
