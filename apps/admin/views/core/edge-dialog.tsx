import { useState } from "preact/hooks";
import type { EdgeEntry } from "../../model/edges.ts";
import { useStrings } from "../context.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { TextField } from "../kit/inputs.tsx";

interface Props {
  /** Left out for a new one. */
  readonly edge: EdgeEntry | undefined;
  readonly onClose: () => void;
  readonly save: (edge: EdgeEntry) => Promise<void>;
}

export function EdgeDialog({ edge, onClose, save }: Props) {
  const { core, shell } = useStrings();
  const words = core.edges;
  const [draft, setDraft] = useState<EdgeEntry>(edge ?? { address: "", hostKey: "", fallback: "" });
  const hasAddress = draft.address.trim() !== "";
  const hasKey = draft.hostKey.trim() !== "";
  const address = draft.address.trim();
  return (
    <FormDialog
      title={edge ? words.editTitle(edge.address) : words.addTitle}
      submit={shell.save}
      onClose={onClose}
      isReady={hasAddress && hasKey}
      act={() => save(draft)}
      done={edge ? words.changed(address) : words.added(address)}
    >
      {(isTried) => (
        <>
          <TextField
            label={words.address}
            name="address"
            value={draft.address}
            onInput={(text) => setDraft({ ...draft, address: text })}
            hint={words.addressHint}
            problem={isTried && !hasAddress ? words.addressMissing : undefined}
            maxLength={260}
          />
          <TextField
            label={words.hostKey}
            name="hostKey"
            value={draft.hostKey}
            onInput={(text) => setDraft({ ...draft, hostKey: text })}
            hint={words.hostKeyHint}
            problem={isTried && !hasKey ? words.hostKeyMissing : undefined}
            maxLength={500}
          />
          <TextField
            label={words.fallback}
            name="fallback"
            value={draft.fallback}
            onInput={(text) => setDraft({ ...draft, fallback: text })}
            hint={words.fallbackHint}
            maxLength={260}
          />
        </>
      )}
    </FormDialog>
  );
}
