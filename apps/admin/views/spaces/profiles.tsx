import { useEffect, useState } from "preact/hooks";
import { Field } from "../../../meeting/views/field.tsx";
import { useApp, useStrings } from "../context.ts";

/** Names of the call leg profiles by id. Empty until they are there, and if they cannot be read. */
export function useProfileNames(): ReadonlyMap<string, string> {
  const { objects } = useApp();
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    objects.listByName("callLegProfiles", "callLegProfile", { limit: 100 }).then(
      (list) => setNames(new Map(list.objects.map(({ id, values }) => [id, String(values.name || id)]))),
      () => {},
    );
  }, [objects]);
  return names;
}

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (id: string) => void;
}

export function ProfileField({ label, value, onChange }: Props) {
  const { spaces } = useStrings();
  const names = useProfileNames();
  return (
    <Field label={label}>
      {(field) => (
        <select {...field} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">{spaces.asSpace}</option>
          {[...names].map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
