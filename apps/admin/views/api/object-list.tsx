import { collectionPath, formFields, type Place, type SchemaNoun } from "../../model/schema.ts";
import { apiHref } from "../../pages.ts";
import type { ApiList } from "../../server/objects.ts";
import { useApp, useMayChange, useStrings } from "../context.ts";
import { FilterBox, Pager } from "../kit/controls.tsx";
import { FailureNote } from "../kit/loaded.tsx";
import { Empty, Page } from "../kit/page.tsx";
import { Skeleton, Table } from "../kit/table.tsx";
import { usePagedList } from "../kit/use-paged-list.ts";
import { trailTo } from "./trail.ts";

/** Columns beside the object's name; more would not be read. */
const COLUMNS = 4;

export function ObjectList({ place: { noun, parent } }: { readonly place: Extract<Place, { kind: "list" }> }) {
  const { api } = useStrings();
  const { objects } = useApp();
  const path = collectionPath(noun, parent);
  const list = usePagedList((options) => objects.list(noun, path, options), path);
  const isFull = noun.limit !== undefined && (list.list?.total ?? 0) >= noun.limit;
  const create = useMayChange() && formFields(noun).length > 0 && !isFull && (
    <a class="button primary" href={apiHref(`${path}/new`)}>
      {api.createNew}
    </a>
  );
  const sub = noun.limit === undefined ? noun.help : `${noun.help} ${api.limit(noun.limit)}`;
  return (
    <Page title={noun.plural} sub={sub} trail={trailTo(api.title, noun, parent, false)} actions={create}>
      <div class="card section flush">
        <div class="toolbar">
          <FilterBox label={api.filter} value={list.filter} onInput={list.setFilter} />
          {list.page && <Pager page={list.page} onOffset={list.setOffset} />}
        </div>
        {list.why && <FailureNote why={list.why} onRetry={list.reload} />}
        {!list.why && !list.list && <Skeleton rows={8} />}
        {list.list && list.list.objects.length === 0 && <Empty>{list.filter ? api.noMatch : api.none}</Empty>}
        {list.list && list.list.objects.length > 0 && <Rows noun={noun} path={path} list={list.list} />}
      </div>
    </Page>
  );
}

interface RowsProps {
  readonly noun: SchemaNoun;
  readonly path: string;
  readonly list: ApiList;
}

function Rows({ noun, path, list }: RowsProps) {
  const { api } = useStrings();
  const columns = noun.fields.filter((field) => field.listed && field.type !== "reference").slice(0, COLUMNS);
  return (
    <Table
      caption={noun.plural}
      cards
      columns={[
        { head: api.id },
        ...columns.map(({ name }, i) => ({ head: name, kind: i > 0 ? ("wide" as const) : undefined })),
      ]}
    >
      {list.objects.map(({ id, values }) => (
        <tr key={id}>
          <th scope="row">
            <a href={apiHref(`${path}/${id}`)}>
              <code>{id}</code>
            </a>
          </th>
          {columns.map(({ name }, i) => (
            <td key={name} class={i > 0 ? "wide words" : "words"}>
              {values[name] === undefined ? "–" : String(values[name])}
            </td>
          ))}
        </tr>
      ))}
    </Table>
  );
}
