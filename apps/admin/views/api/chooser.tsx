import { collectionPath, type SchemaNoun, titleOf } from "../../model/schema.ts";
import { useApp, useSchema, useStrings } from "../context.ts";
import { FilterBox, Pager } from "../kit/controls.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { FailureNote } from "../kit/loaded.tsx";
import { Empty } from "../kit/page.tsx";
import { Skeleton } from "../kit/table.tsx";
import { usePagedList } from "../kit/use-paged-list.ts";

interface Props {
  /** Noun of the reference. */
  readonly to: string;
  readonly onClose: () => void;
  readonly onChoose: (id: string) => void;
}

/** The objects to which a reference may lead. */
export function Chooser({ to, onClose, onChoose }: Props) {
  const noun = useSchema()?.get(to);
  return noun ? <ChooserOf noun={noun} onClose={onClose} onChoose={onChoose} /> : null;
}

function ChooserOf({ noun, onClose, onChoose }: Omit<Props, "to"> & { readonly noun: SchemaNoun }) {
  const { api } = useStrings();
  const { objects } = useApp();
  const list = usePagedList((options) => objects.list(noun, collectionPath(noun), options), noun.name);
  return (
    <Dialog title={api.chooseTitle(noun.name)} onClose={onClose} isBroad>
      <div class="chooser-head">
        <FilterBox label={api.filter} value={list.filter} onInput={list.setFilter} />
        {list.page && <Pager page={list.page} onOffset={list.setOffset} />}
      </div>
      {list.why && <FailureNote why={list.why} onRetry={list.reload} />}
      {!list.why && !list.list && <Skeleton rows={5} />}
      {list.list?.total === 0 && <Empty>{list.filter ? api.noMatch : api.noneToChoose}</Empty>}
      <ul class="choices">
        {list.list?.objects.map(({ id, values }) => (
          <li key={id}>
            <button type="button" onClick={() => onChoose(id)}>
              <span>{titleOf(noun, values) ?? noun.name}</span>
              <code>{id}</code>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
