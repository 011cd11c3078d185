import { useId } from "preact/hooks";
import type { Entry } from "../../model/form.ts";
import { isPresent } from "../../model/form.ts";
import type { SchemaField } from "../../model/schema.ts";
import { useStrings } from "../context.ts";
import { ReferenceName } from "./reference-name.tsx";

interface Props {
  readonly field: SchemaField;
  readonly entry: Entry;
  /** As stored now. */
  readonly value: unknown;
  readonly problem: string | undefined;
  /** Instead of the parameter's name: then it is a page for people who do not know the API. */
  readonly label?: string | undefined;
  readonly onText: (text: string) => void;
  readonly onTick: (on: boolean) => void;
  readonly onChoose: () => void;
}

/** Check box, name, input, and what is to be known about it. */
export function FieldRow({ field, entry, value, problem, label, onText, onTick, onChoose }: Props) {
  const { api } = useStrings();
  const id = useId();
  const { name, help, form } = field;
  const saysForm = field.pattern !== undefined || field.type === "number";
  const words = [capital(help), saysForm ? form : undefined, defaultWords(field, api.defaultIs)];
  const note = problem ?? words.filter(Boolean).join(" · ");
  return (
    <div class={problem ? "field-row wrong" : "field-row"}>
      <input
        type="checkbox"
        id={`${id}-set`}
        aria-label={api.set(label ?? name)}
        checked={entry.ticked}
        onChange={(event) => onTick(event.currentTarget.checked)}
      />
      <label for={id}>
        {label ?? name}
        {field.required && <span class="required"> *</span>}
      </label>
      <div class="field-input">
        <FieldInput id={id} field={field} entry={entry} isWrong={problem !== undefined} onText={onText} />
        {field.type === "reference" && (
          <button
            type="button"
            class="button quiet small"
            aria-label={`${api.choose} ${label ?? name}`}
            onClick={onChoose}
          >
            {api.choose}
          </button>
        )}
        {(field.secret === "write-only" || label === undefined) && field.type !== "boolean" && isPresent(value) && (
          <span class="note present" title={api.presentHelp}>
            {api.present}
          </span>
        )}
      </div>
      {field.type === "reference" && entry.ticked && <ReferenceName to={field.to ?? ""} id={entry.text} />}
      <p id={`${id}-note`} class={problem ? "note problem" : "note"} role={problem ? "alert" : undefined}>
        {note}
      </p>
    </div>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function defaultWords(field: SchemaField, say: (value: string) => string): string | undefined {
  return field.default === undefined ? undefined : say(String(field.default));
}

interface InputProps {
  readonly id: string;
  readonly field: SchemaField;
  readonly entry: Entry;
  readonly isWrong: boolean;
  readonly onText: (text: string) => void;
}

/** Longer texts, such as certificates, have several lines. */
const LONG_TEXT = 2000;

function FieldInput({ id, field, entry, isWrong, onText }: InputProps) {
  const given = {
    id,
    class: "input",
    value: entry.text,
    "aria-invalid": isWrong,
    "aria-describedby": `${id}-note`,
  };
  const choices = field.type === "boolean" ? ["true", "false"] : field.type === "enum" ? field.values : undefined;
  if (choices)
    return (
      <select {...given} onChange={(event) => onText(event.currentTarget.value)}>
        {choices.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    );
  if (field.type === "text" && (field.max ?? 0) >= LONG_TEXT)
    return <textarea {...given} rows={4} spellcheck={false} onInput={(event) => onText(event.currentTarget.value)} />;
  const isHidden = field.secret === "write-only";
  return (
    <input
      {...given}
      {...(isHidden ? { type: "password" as const } : { type: "text" as const })}
      {...(field.type === "number" ? { inputMode: "numeric" as const } : {})}
      autoComplete={isHidden ? "new-password" : "off"}
      spellcheck={false}
      onInput={(event) => onText(event.currentTarget.value)}
    />
  );
}
