import type { SchemaNoun } from "../../model/schema.ts";
import { apiHref } from "../../pages.ts";
import type { ApiObject } from "../../server/objects.ts";
import { ObjectForm } from "../api/object-form.tsx";
import { useApp, useMayChange, useSchema, useStrings } from "../context.ts";
import { confirm } from "../kit/confirm.tsx";
import { FailureNote } from "../kit/loaded.tsx";
import { Page, Section } from "../kit/page.tsx";
import { Skeleton } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";
import { useObject } from "../kit/use-object.ts";
import { AccessMethods } from "./access-methods.tsx";
import { Links } from "./links.tsx";
import { Members } from "./members.tsx";

/** What most spaces need; the rest is under API. */
const SETTINGS = ["name", "callId", "uri", "passcode", "nonMemberAccess", "callLegProfile", "callProfile", "ownerJid"];

export function SpacePage({ id }: { readonly id: string }) {
  const { spaces } = useStrings();
  const noun = useSchema()?.get("coSpace");
  const path = `coSpaces/${id}`;
  const space = useObject("coSpaces", "coSpace", path);
  const title = String(space.object?.values.name ?? (space.why ? id : " "));
  return (
    <Page
      title={title}
      trail={[{ href: "/configuration/spaces", text: spaces.title }]}
      actions={space.object && <SpaceActions path={path} title={title} etag={space.object.etag} />}
    >
      {space.why && (
        <div class="card section">
          <FailureNote why={space.why} onRetry={() => void space.reload()} />
        </div>
      )}
      {space.object && noun ? (
        <Space noun={noun} path={path} object={space.object} reload={space.reload} />
      ) : (
        !space.why && (
          <div class="card section">
            <Skeleton rows={8} />
          </div>
        )
      )}
    </Page>
  );
}

interface SpaceProps {
  readonly noun: SchemaNoun;
  readonly path: string;
  readonly object: ApiObject;
  readonly reload: () => Promise<ApiObject | undefined>;
}

function Space({ noun, path, object, reload }: SpaceProps) {
  const { spaces } = useStrings();
  const fields = SETTINGS.flatMap((name) => noun.fields.find((field) => field.name === name) ?? []);
  return (
    <div class="stack">
      <Links id={object.id} version={object.etag ?? ""} />
      <Section title={spaces.settings}>
        <ObjectForm noun={noun} fields={fields} labels={spaces.labels} path={path} object={object} reload={reload} />
      </Section>
      <AccessMethods path={path} onChange={() => void reload()} />
      <Members path={path} />
    </div>
  );
}

interface ActionsProps {
  readonly path: string;
  readonly title: string;
  readonly etag: string | undefined;
}

function SpaceActions({ path, title }: ActionsProps) {
  const { spaces } = useStrings();
  const { objects, router } = useApp();
  const { busy, run } = useAction();
  const mayChange = useMayChange();
  const remove = async () => {
    const question = { title: spaces.deleteTitle(title), text: spaces.deleteText, action: spaces.delete };
    if (!(await confirm({ ...question, isDangerous: true }))) return;
    if (await run(() => objects.remove(path), spaces.deleted(title))) await router.go("/configuration/spaces");
  };
  return (
    <>
      <a class="button quiet" href={apiHref(path)}>
        {spaces.openApi}
      </a>
      {mayChange && (
        <button type="button" class="button quiet danger-text" disabled={busy} onClick={() => void remove()}>
          {spaces.delete}
        </button>
      )}
    </>
  );
}
