import { useState } from "preact/hooks";
import { apiHref } from "../../pages.ts";
import { useApp, useStrings } from "../context.ts";
import { confirm } from "../kit/confirm.tsx";
import { Section } from "../kit/page.tsx";
import { useAction } from "../kit/use-action.ts";

interface Props {
  readonly path: string;
  readonly title: string;
  /** Where to go when it is gone. */
  readonly list: string;
  readonly etag: string | undefined;
}

/** As in the guide's screens: deleting must be allowed first, and asks once more unless it is told not to. */
export function DeleteObject({ path, title, list, etag }: Props) {
  const { api } = useStrings();
  const { objects, router } = useApp();
  const { busy, run } = useAction();
  const [isAllowed, setAllowed] = useState(false);
  const [asks, setAsks] = useState(true);
  const remove = async () => {
    const question = { title: api.deleteTitle(title), text: api.deleteText, action: api.delete, isDangerous: true };
    if (asks && !(await confirm(question))) return;
    if (await run(() => objects.remove(path, etag), api.deleted)) await router.go(apiHref(list));
  };
  return (
    <Section title={api.delete}>
      <div class="checks">
        <label>
          <input type="checkbox" checked={isAllowed} onChange={() => setAllowed(!isAllowed)} />
          <span>{api.allowDelete}</span>
        </label>
        <label>
          <input type="checkbox" checked={asks} onChange={() => setAsks(!asks)} />
          <span>{api.requireConfirmation}</span>
        </label>
      </div>
      <div class="button-row">
        <button type="button" class="button danger" disabled={!isAllowed || busy} onClick={() => void remove()}>
          {api.delete}
        </button>
      </div>
    </Section>
  );
}
