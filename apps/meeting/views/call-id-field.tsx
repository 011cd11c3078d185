import { useLayoutEffect, useRef } from "preact/hooks";
import { type Entry, editCallId, entryOfPaste, groupCallId } from "../model/call-id.ts";
import { Field } from "./field.tsx";
import { useStrings } from "./strings.ts";

interface Props {
  readonly value: string;
  readonly problem: string | undefined;
  readonly onInput: (text: string) => void;
  /** A whole link with its secret was pasted. */
  readonly onLink: (entry: Entry & { readonly callId: string }) => void;
}

export function CallIdField({ value, problem, onInput, onLink }: Props) {
  const { landing } = useStrings();
  const input = useRef<HTMLInputElement>(null);
  const caret = useRef<number>(undefined);
  useLayoutEffect(() => {
    if (caret.current !== undefined && document.activeElement === input.current)
      input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });
  const edit = (element: HTMLInputElement) => {
    const edited = editCallId(element.value, element.selectionStart ?? element.value.length);
    caret.current = edited.caret;
    element.value = edited.text;
    element.setSelectionRange(edited.caret, edited.caret);
    onInput(edited.text);
  };
  const paste = (event: ClipboardEvent) => {
    const entry = entryOfPaste(event.clipboardData?.getData("text") ?? "");
    if (!entry.callId) return;
    event.preventDefault();
    if (entry.secret) onLink({ ...entry, callId: entry.callId });
    else onInput(groupCallId(entry.callId));
  };
  return (
    <Field label={landing.callId} hint={landing.callIdHint} problem={problem}>
      {(field) => (
        <input
          {...field}
          class="input call-id"
          ref={input}
          name="callId"
          inputMode="text"
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          placeholder="000 000 000"
          value={value}
          onInput={(event) => edit(event.currentTarget)}
          onPaste={paste}
          data-testid="landing-id"
        />
      )}
    </Field>
  );
}
