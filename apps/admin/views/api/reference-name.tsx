import { useEffect, useState } from "preact/hooks";
import { collectionPath, objectPath, titleOf } from "../../model/schema.ts";
import { apiHref } from "../../pages.ts";
import { useApp, useSchema } from "../context.ts";

/** Nobody knows ids by heart: the name of the object that one stands for, as a link. */
export function ReferenceName({ to, id }: { readonly to: string; readonly id: string }) {
  const { objects } = useApp();
  const noun = useSchema()?.get(to);
  const [name, setName] = useState<string>();
  useEffect(() => {
    let isOver = false;
    setName(undefined);
    if (noun && !noun.parent && /^[0-9a-f-]{36}$/i.test(id))
      objects.get(noun, `${collectionPath(noun)}/${id}`).then(
        ({ values }) => !isOver && setName(titleOf(noun, values)),
        () => {},
      );
    return () => {
      isOver = true;
    };
  }, [objects, noun, id]);
  if (!noun || !name) return null;
  return (
    <p class="reference-name">
      <a href={apiHref(objectPath(noun, id))}>{name}</a>
    </p>
  );
}
