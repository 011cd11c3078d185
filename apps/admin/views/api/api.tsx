import { useState } from "preact/hooks";
import { placeOf, type Schema, type SchemaNoun } from "../../model/schema.ts";
import { API, apiHref } from "../../pages.ts";
import { useApp, useSchema, useStrings } from "../context.ts";
import { FilterBox } from "../kit/controls.tsx";
import { FailureNote } from "../kit/loaded.tsx";
import { Empty, Page } from "../kit/page.tsx";
import { Skeleton } from "../kit/table.tsx";
import { NewObject } from "./new-object.tsx";
import { ObjectList } from "./object-list.tsx";
import { ObjectPage } from "./object-page.tsx";

/** Configuration > API: what is at a path below /api/v1. */
export function ApiPage({ path }: { readonly path: string }) {
  const { api, shell } = useStrings();
  const app = useApp();
  const schema = useSchema();
  const why = app.schema.value;
  if (why && !(why instanceof Map) && !schema)
    return (
      <Page title={api.title}>
        <div class="card section">
          <FailureNote why={why as Exclude<typeof why, Schema>} onRetry={() => void app.loadSchema()} />
        </div>
      </Page>
    );
  if (!schema)
    return (
      <Page title={api.title}>
        <div class="card section">
          <Skeleton rows={10} />
        </div>
      </Page>
    );
  if (!path) return <Nouns schema={schema} />;
  const place = placeOf(schema, path);
  switch (place?.kind) {
    case "list":
      return <ObjectList key={path} place={place} />;
    case "new":
      return <NewObject key={path} place={place} />;
    case "object":
      return <ObjectPage key={path} place={place} schema={schema} />;
    default:
      return (
        <Page title={shell.notFound} trail={[{ href: API, text: api.title }]}>
          <Empty>{shell.notFoundText}</Empty>
        </Page>
      );
  }
}

/** Every kind of object that has a place of its own. */
function Nouns({ schema }: { readonly schema: Schema }) {
  const { api } = useStrings();
  const [filter, setFilter] = useState("");
  const wanted = filter.trim().toLowerCase();
  const nouns = [...schema.values()]
    .filter(({ parent }) => !parent)
    .filter(({ plural, help }) => `${plural} ${help}`.toLowerCase().includes(wanted))
    .sort((a, b) => a.plural.localeCompare(b.plural));
  return (
    <Page
      title={api.title}
      sub={api.intro}
      actions={<FilterBox label={api.filterNouns} value={filter} onInput={setFilter} />}
    >
      <div class="card section flush">
        {nouns.length === 0 && <Empty>{api.noNoun}</Empty>}
        <ul class="nouns">
          {nouns.map((noun) => (
            <NounRow key={noun.name} noun={noun} />
          ))}
        </ul>
      </div>
    </Page>
  );
}

function NounRow({ noun }: { readonly noun: SchemaNoun }) {
  const path = noun.under ? `${noun.under}/${noun.plural}` : noun.plural;
  return (
    <li>
      <a href={apiHref(path)}>
        <code>/api/v1/{path}</code>
        <span class="note">{noun.help}</span>
      </a>
    </li>
  );
}
