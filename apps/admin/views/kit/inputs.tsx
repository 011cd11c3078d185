import type { ComponentChildren } from "preact";
import { Field } from "../../../meeting/views/field.tsx";

interface TextProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly type?: "password";
  readonly hint?: string | undefined;
  readonly optional?: string;
  readonly problem?: string | undefined;
  readonly autoComplete?: "off" | "current-password" | "new-password" | "one-time-code";
  readonly maxLength?: number;
}

/** A text with its label, as in the dialogs. */
export function TextField({ label, hint, optional, problem, type, onInput, ...input }: TextProps) {
  return (
    <Field label={label} hint={hint} optional={optional} problem={problem}>
      {(field) => (
        <input
          {...field}
          autoComplete="off"
          maxLength={200}
          {...input}
          {...(type ? { type: "password" as const } : { type: "text" as const })}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  /** In words, in their order. */
  readonly choices: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
  readonly hint?: string | undefined;
}

export function ChoiceField<T extends string>({ label, value, choices, onChange, hint }: ChoiceProps<T>) {
  return (
    <Field label={label} hint={hint}>
      {(field) => (
        <select {...field} value={value} onChange={(event) => onChange(event.currentTarget.value as T)}>
          {Object.entries<string>(choices).map(([one, words]) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

export function CheckField({ label, checked, onChange, disabled = false }: CheckProps) {
  return (
    <label>
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

interface FormProps {
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
  readonly submit: string;
  readonly cancel: string;
  readonly busy: boolean;
  readonly children: ComponentChildren;
}

/** The form of a dialog, with its two buttons. */
export function DialogForm({ onSubmit, onCancel, submit, cancel, busy, children }: FormProps) {
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      <div class="dialog-actions">
        <button type="button" class="button quiet" onClick={onCancel}>
          {cancel}
        </button>
        <button type="submit" class="button primary" disabled={busy}>
          {submit}
        </button>
      </div>
    </form>
  );
}
