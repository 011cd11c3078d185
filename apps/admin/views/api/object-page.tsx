import { useId, useState } from "preact/hooks";
import {
  childrenOf,
  collectionPath,
  formFields,
  objectPath,
  type Place,
  type Schema,
  type SchemaNoun,
  titleOf,
} from "../../model/schema.ts";
import { apiHref } from "../../pages.ts";
import { useMayChange, useStrings } from "../context.ts";
import { CopyButton } from "../kit/controls.tsx";
import { FailureNote } from "../kit/loaded.tsx";
import { Page, Section } from "../kit/page.tsx";
import { Skeleton } from "../kit/table.tsx";
import { TabList } from "../kit/tabs.tsx";
import { useObject } from "../kit/use-object.ts";
import { DeleteObject } from "./delete-object.tsx";
import { ObjectForm } from "./object-form.tsx";
import { ObjectTable } from "./object-table.tsx";
import { trailTo } from "./trail.ts";
import { XmlView } from "./xml-view.tsx";

type ObjectPlace = Extract<Place, { kind: "object" }>;

/** An object as the guide's screens show it: what belongs to it, its values as a table or as XML, the form. */
export function ObjectPage({ place, schema }: { readonly place: ObjectPlace; readonly schema: Schema }) {
  const { api } = useStrings();
  const { noun, parent, id } = place;
  const path = objectPath(noun, id ?? "", parent);
  const loaded = useObject(noun.plural, noun.name, path);
  const mayChange = useMayChange();
  const { object } = loaded;
  const title = object ? (titleOf(noun, object.values) ?? noun.name) : (id ?? noun.plural);
  const hasForm = mayChange && formFields(noun).length > 0;
  return (
    <Page
      title={title}
      sub={
        <>
          <code>/api/v1/{path}</code>
          <CopyButton text={`/api/v1/${path}`} label={api.copyPath} />
        </>
      }
      trail={trailOf(place, api.title)}
    >
      {loaded.why && (
        <div class="card section">
          <FailureNote why={loaded.why} onRetry={() => void loaded.reload()} />
        </div>
      )}
      {!loaded.why && !object && (
        <div class="card section">
          <Skeleton rows={10} />
        </div>
      )}
      {object && !loaded.why && (
        <div class="stack">
          {id !== undefined && <Related noun={noun} path={path} schema={schema} />}
          <Views noun={noun} path={path} object={object} />
          {hasForm && (
            <Section title={api.editTitle}>
              <ObjectForm noun={noun} path={path} object={object} reload={loaded.reload} />
            </Section>
          )}
          {mayChange && id !== undefined && (
            <DeleteObject path={path} title={title} list={collectionPath(noun, parent)} etag={object.etag} />
          )}
        </div>
      )}
    </Page>
  );
}

function trailOf({ noun, parent }: ObjectPlace, title: string) {
  return trailTo(title, noun, parent, !noun.singleton);
}

/** Objects with a state that the API tells at `…/status`. */
const WITH_STATUS = new Set(["turnServer", "webBridge"]);

interface RelatedProps {
  readonly noun: SchemaNoun;
  readonly path: string;
  readonly schema: Schema;
}

function Related({ noun, path, schema }: RelatedProps) {
  const { api } = useStrings();
  const [isOpen, setOpen] = useState(false);
  const collections = [path.split("/").slice(0, -1).join("/")];
  const children = childrenOf(schema, noun).map((child) => `${path}/${child.plural}`);
  const hasStatus = WITH_STATUS.has(noun.name);
  return (
    <Section title={api.related}>
      <ul class="related">
        {[...collections, ...children].map((one) => (
          <li key={one}>
            <a href={apiHref(one)}>
              <code>/api/v1/{one}</code>
            </a>
          </li>
        ))}
        {hasStatus && (
          <li>
            <button type="button" class="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              <code>
                /api/v1/{path}/{api.status}
              </code>
            </button>
          </li>
        )}
      </ul>
      {isOpen && <XmlView path={`${path}/status`} version="" />}
    </Section>
  );
}

interface ViewsProps {
  readonly noun: SchemaNoun;
  readonly path: string;
  readonly object: { readonly values: Readonly<Record<string, unknown>>; readonly etag: string | undefined };
}

function Views({ noun, path, object }: ViewsProps) {
  const { api } = useStrings();
  const [view, setView] = useState<"table" | "xml">("table");
  const panel = useId();
  return (
    <Section
      title={api.configuration}
      flush
      actions={
        <TabList
          label={api.view}
          tabs={[
            { key: "table", text: api.tableView },
            { key: "xml", text: api.xmlView },
          ]}
          chosen={view}
          onChoose={setView}
          panel={panel}
        />
      }
    >
      <div id={panel} role="tabpanel" aria-labelledby={`${panel}-${view}`}>
        {view === "table" ? (
          <ObjectTable noun={noun} values={object.values} />
        ) : (
          <XmlView path={path} version={object.etag ?? ""} />
        )}
      </div>
    </Section>
  );
}
