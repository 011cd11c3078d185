import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useStrings } from "../context.ts";
import { Dialog } from "./dialog.tsx";
import { DialogForm } from "./inputs.tsx";
import { useAction } from "./use-action.ts";

interface Props {
  readonly title: string;
  /** On the button that does it. */
  readonly submit: string;
  readonly onClose: () => void;
  /** False while something is missing or wrong: then nothing is sent, and the fields say what. */
  readonly isReady: boolean;
  readonly act: () => Promise<unknown>;
  /** What is said when it is done. */
  readonly done: string;
  /** After the dialog is closed. */
  readonly onDone?: () => void;
  readonly isBroad?: boolean;
  /** Drawn with whether it has been tried: problems are told from then on. */
  readonly children: (isTried: boolean) => ComponentChildren;
}

/** A form in a dialog: sent once it is ready, closed once it is done, open with the reason if it was refused. */
export function FormDialog({ title, submit, onClose, isReady, act, done, onDone, isBroad, children }: Props) {
  const { shell } = useStrings();
  const { busy, run } = useAction();
  const [isTried, setTried] = useState(false);
  const send = async () => {
    setTried(true);
    if (!isReady || !(await run(act, done))) return;
    onClose();
    onDone?.();
  };
  return (
    <Dialog title={title} onClose={onClose} isBroad={isBroad ?? false}>
      <DialogForm onSubmit={() => void send()} onCancel={onClose} submit={submit} cancel={shell.cancel} busy={busy}>
        {children(isTried)}
      </DialogForm>
    </Dialog>
  );
}
