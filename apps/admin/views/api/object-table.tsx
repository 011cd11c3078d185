import { isPresent, type Values } from "../../model/form.ts";
import { objectPath, type SchemaField, type SchemaNoun, shownFields } from "../../model/schema.ts";
import { apiHref } from "../../pages.ts";
import { useSchema, useStrings } from "../context.ts";
import { Table } from "../kit/table.tsx";

/** Values that are set, in the order of the guide, then what the server adds. */
export function ObjectTable({ noun, values }: { readonly noun: SchemaNoun; readonly values: Values }) {
  const { api } = useStrings();
  const fields = shownFields(noun).filter((field) => !field.virtual || isPresent(values[field.name]));
  const known = new Set(fields.map(({ name }) => name));
  const more = Object.keys(values).filter((name) => !known.has(name) && typeof values[name] !== "object");
  return (
    <Table caption={api.configuration} columns={[{ head: api.parameter }, { head: api.value }]}>
      {fields.map((field) => (
        <tr key={field.name}>
          <th scope="row">{field.name}</th>
          <td class="words">
            <Value field={field} value={values[field.name]} />
          </td>
        </tr>
      ))}
      {more.map((name) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td class="words">{String(values[name])}</td>
        </tr>
      ))}
    </Table>
  );
}

function Value({ field, value }: { readonly field: SchemaField; readonly value: unknown }) {
  const { api } = useStrings();
  const to = useSchema()?.get(field.to ?? "");
  if (!isPresent(value)) return <span class="note">{api.notSet}</span>;
  if (field.secret === "write-only") return <span title={api.presentHelp}>{api.present}</span>;
  if (field.type === "reference" && to && !to.parent)
    return <a href={apiHref(objectPath(to, String(value)))}>{String(value)}</a>;
  return <>{String(value)}</>;
}
