import { useState } from "preact/hooks";
import { useApp, useStrings } from "../context.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { TextField } from "../kit/inputs.tsx";

/** 30 days. */
const MOST_MINUTES = 43_200;

interface Props {
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** An address that the administrator wants to be rid of, at once. */
export function BlockDialog({ onClose, onDone }: Props) {
  const { protection: words } = useStrings();
  const { server } = useApp();
  const [source, setSource] = useState("");
  const [minutes, setMinutes] = useState("60");
  const address = source.trim();
  const count = Number(minutes);
  const isTime = Number.isInteger(count) && count >= 1 && count <= MOST_MINUTES;
  return (
    <FormDialog
      title={words.blockTitle}
      submit={words.block}
      onClose={onClose}
      isReady={address !== "" && isTime}
      act={() => server.change("POST", "/api/protection/block", { source: address, minutes: count })}
      done={words.blockDone(address)}
      onDone={onDone}
    >
      {(isTried) => (
        <>
          <TextField
            label={words.blockSource}
            name="source"
            value={source}
            onInput={setSource}
            hint={words.blockHint}
            problem={isTried && address === "" ? words.blockMissing : undefined}
            maxLength={64}
          />
          <TextField
            label={words.blockMinutes}
            name="minutes"
            value={minutes}
            onInput={setMinutes}
            problem={isTried && !isTime ? words.blockMinutesWrong : undefined}
            maxLength={5}
          />
        </>
      )}
    </FormDialog>
  );
}
