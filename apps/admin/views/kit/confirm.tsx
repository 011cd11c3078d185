import { type Signal, signal } from "@preact/signals";
import { useStrings } from "../context.ts";
import { Dialog } from "./dialog.tsx";

export interface Question {
  readonly title: string;
  readonly text: string;
  /** On the button that does it. */
  readonly action: string;
  readonly isDangerous?: boolean;
}

interface Asked extends Question {
  readonly answer: (yes: boolean) => void;
}

const asked: Signal<Asked | undefined> = signal(undefined);

/** Asks in a dialog; false if it was closed. A second question answers the first with no. */
export function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const answer = (yes: boolean) => {
    asked.value = undefined;
    resolve(yes);
  };
  asked.value = { ...question, answer };
  return promise;
}

export function ConfirmDialog() {
  const { shell } = useStrings();
  const question = asked.value;
  if (!question) return null;
  const { title, text, action, isDangerous, answer } = question;
  return (
    <Dialog title={title} onClose={() => answer(false)}>
      <p class="dialog-text">{text}</p>
      <div class="dialog-actions">
        <button type="button" class="button quiet" onClick={() => answer(false)}>
          {shell.cancel}
        </button>
        <button
          type="button"
          class={isDangerous ? "button danger" : "button primary"}
          onClick={() => answer(true)}
          data-testid="confirm"
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
