import { useState } from "preact/hooks";
import { useStrings } from "../context.ts";
import { Dialog } from "../kit/dialog.tsx";
import type { Conflict } from "./use-object-form.ts";

interface Props {
  readonly conflict: Conflict;
  readonly onResolve: (takeTheirs: ReadonlySet<string>) => void;
}

/** Both values of each parameter that two people changed. Closing it keeps what is stored. */
export function ConflictDialog({ conflict: { clashes }, onResolve }: Props) {
  const { api } = useStrings();
  const [theirs, setTheirs] = useState<ReadonlySet<string>>(new Set(clashes.map(({ field }) => field)));
  const choose = (field: string, takeTheirs: boolean) => {
    const others = [...theirs].filter((one) => one !== field);
    setTheirs(new Set(takeTheirs ? [...others, field] : others));
  };
  const all = new Set(clashes.map(({ field }) => field));
  return (
    <Dialog title={api.conflictTitle} onClose={() => onResolve(all)} isBroad>
      <p class="dialog-text">{clashes.length > 0 ? api.conflictText : api.conflictNone}</p>
      {clashes.map(({ field, theirs: stored, mine }) => (
        <fieldset key={field} class="clash">
          <legend>{field}</legend>
          <label>
            <input type="radio" name={field} checked={theirs.has(field)} onChange={() => choose(field, true)} />
            <span class="note">{api.theirs}</span>
            <strong>{stored || api.unset}</strong>
          </label>
          <label>
            <input type="radio" name={field} checked={!theirs.has(field)} onChange={() => choose(field, false)} />
            <span class="note">{api.mine}</span>
            <strong>{mine || api.unset}</strong>
          </label>
        </fieldset>
      ))}
      <div class="dialog-actions">
        <button type="button" class="button primary" onClick={() => onResolve(theirs)}>
          {api.useThese}
        </button>
      </div>
    </Dialog>
  );
}
