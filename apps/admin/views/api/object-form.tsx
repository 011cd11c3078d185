import { useState } from "preact/hooks";
import { formFields, type SchemaField, type SchemaNoun } from "../../model/schema.ts";
import { apiHref } from "../../pages.ts";
import type { ApiObject } from "../../server/objects.ts";
import { useApp, useMayChange, useSchema, useStrings } from "../context.ts";
import { Chooser } from "./chooser.tsx";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { FieldRow } from "./field-row.tsx";
import { useObjectForm } from "./use-object-form.ts";

interface Props {
  readonly noun: SchemaNoun;
  /** Of the object, or of the collection in which it is to be made. */
  readonly path: string;
  /** All that a person may set, if left out. */
  readonly fields?: readonly SchemaField[];
  /** Words for parameters, on pages for people who do not know the API. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Left out for a new one. */
  readonly object?: ApiObject;
  readonly reload?: () => Promise<ApiObject | undefined>;
}

/** Values with a check box each, ticked when the value is set: unticking one unsets it. */
export function ObjectForm({ noun, path, fields = formFields(noun), labels, object, reload }: Props) {
  const { api } = useStrings();
  const app = useApp();
  const schema = useSchema();
  const mayChange = useMayChange();
  const offered = fields.filter((field) => isOffered(field, schema?.has(field.to ?? ""), object === undefined));
  const form = useObjectForm({ fields: offered, path, object, reload });
  const [choosing, setChoosing] = useState<SchemaField>();
  const count = Object.keys(form.changes).length;

  const submit = async (event: Event) => {
    event.preventDefault();
    const id = await form.save();
    if (id === undefined) return;
    app.notify("done", object ? api.saved : api.created);
    if (!object) await app.router.go(apiHref(`${path}/${id}`));
  };

  return (
    <form class="object-form" noValidate onSubmit={(event) => void submit(event)}>
      <fieldset disabled={!mayChange}>
        <legend class="unseen">{noun.name}</legend>
        {offered.map((field) => (
          <FieldRow
            key={field.name}
            field={field}
            entry={form.draft[field.name] ?? { ticked: false, text: "" }}
            value={object?.values[field.name]}
            problem={form.problems[field.name]}
            label={labels?.[field.name]}
            onText={(text) => form.type(field.name, text)}
            onTick={(on) => form.tick(field.name, on)}
            onChoose={() => setChoosing(field)}
          />
        ))}
      </fieldset>
      {mayChange && (
        <div class={count > 0 ? "form-end unsaved" : "form-end"}>
          <span class="note" role="status">
            {object ? (count > 0 ? api.changed(count) : api.nothingChanged) : ""}
          </span>
          {object && (
            <button type="button" class="button quiet" disabled={count === 0 || form.busy} onClick={form.discard}>
              {api.discard}
            </button>
          )}
          <button type="submit" class="button primary" disabled={form.busy || (object !== undefined && count === 0)}>
            {object ? api.modify : api.createNew}
          </button>
        </div>
      )}
      {choosing && (
        <Chooser
          to={choosing.to ?? ""}
          onClose={() => setChoosing(undefined)}
          onChoose={(id) => {
            form.type(choosing.name, id);
            setChoosing(undefined);
          }}
        />
      )}
      {form.conflict && <ConflictDialog conflict={form.conflict} onResolve={form.resolve} />}
    </form>
  );
}

/** References to what this product does not have are left out, and what concerns only objects that exist. */
function isOffered(field: SchemaField, isKnown: boolean | undefined, isNew: boolean): boolean {
  if (field.type === "reference" && isKnown === false) return false;
  return !(isNew && field.name === "regenerateSecret");
}
