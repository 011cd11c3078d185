import { useCallback, useEffect, useState } from "preact/hooks";
import { type FailureFacts, factsOf } from "../../server/failure.ts";
import type { ApiObject } from "../../server/objects.ts";
import { useApp } from "../context.ts";

export interface LoadedObject {
  readonly object: ApiObject | undefined;
  readonly why: FailureFacts | undefined;
  /** The object as it is stored now; undefined if it could not be read. */
  reload(): Promise<ApiObject | undefined>;
}

export function useObject(plural: string, name: string, path: string): LoadedObject {
  const { objects } = useApp();
  const [object, setObject] = useState<ApiObject>();
  const [why, setWhy] = useState<FailureFacts>();
  const reload = useCallback(async () => {
    try {
      const found = await objects.get({ plural, name }, path);
      setObject(found);
      setWhy(undefined);
      return found;
    } catch (error) {
      setWhy(factsOf(error));
      return undefined;
    }
  }, [objects, plural, name, path]);
  useEffect(() => {
    setObject(undefined);
    void reload();
  }, [reload]);
  return { object, why, reload };
}
