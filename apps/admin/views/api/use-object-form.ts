import { useEffect, useRef, useState } from "preact/hooks";
import { type Clash, clashesOf, mergedDraft } from "../../model/conflict.ts";
import {
  changesOf,
  type Draft,
  draftOf,
  type Problems,
  problemsOf,
  ticked,
  typed,
  type Values,
} from "../../model/form.ts";
import type { SchemaField } from "../../model/schema.ts";
import { factsOf, ServerFailure } from "../../server/failure.ts";
import type { ApiObject } from "../../server/objects.ts";
import { failureSentence } from "../../strings/failures.ts";
import { useApp, useStrings } from "../context.ts";
import { useUnsavedGuard } from "../kit/use-unsaved-guard.ts";

export interface Conflict {
  readonly clashes: readonly Clash[];
  readonly fresh: ApiObject;
}

export interface ObjectFormState {
  readonly draft: Draft;
  /** Parameters that would be sent now. */
  readonly changes: Readonly<Record<string, string>>;
  /** Field by field, in words; those of the form itself come when it is sent. */
  readonly problems: Readonly<Record<string, string>>;
  readonly busy: boolean;
  readonly conflict: Conflict | undefined;
  type(name: string, text: string): void;
  tick(name: string, on: boolean): void;
  discard(): void;
  /** The id of the object, if it was saved. */
  save(): Promise<string | undefined>;
  resolve(takeTheirs: ReadonlySet<string>): void;
}

interface Options {
  readonly fields: readonly SchemaField[];
  readonly path: string;
  readonly object: ApiObject | undefined;
  readonly reload: (() => Promise<ApiObject | undefined>) | undefined;
}

const NOTHING: Values = {};

/** The draft of an object's form and what becomes of it: sent, refused, or met by somebody else's change. */
export function useObjectForm({ fields, path, object, reload }: Options): ObjectFormState {
  const app = useApp();
  const strings = useStrings();
  const [base, setBase] = useState(object);
  const values = base?.values ?? NOTHING;
  const [draft, setDraft] = useState(() => draftOf(fields, values));
  const [isTried, setTried] = useState(false);
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const [conflict, setConflict] = useState<Conflict>();
  const changes = changesOf(fields, values, draft);
  const dirty = useRef(false);
  dirty.current = Object.keys(changes).length > 0;
  useUnsavedGuard(Object.keys(changes).length > 0);

  const startFrom = (fresh: ApiObject | undefined) => {
    setBase(fresh);
    setDraft(draftOf(fields, fresh?.values ?? NOTHING));
    setTried(false);
    setRefused({});
  };
  useEffect(() => {
    if (!dirty.current) startFrom(object);
    // A newer object replaces an untouched form only
  }, [object]);

  const found = isTried ? problemsOf(fields, draft, object === undefined) : {};
  const edit = (name: string, next: Draft) => {
    setDraft(next);
    setRefused(Object.fromEntries(Object.entries(refused).filter(([field]) => field !== name)));
  };

  const failed = async (error: unknown) => {
    const facts = factsOf(error);
    if (error instanceof ServerFailure && facts.status === 412) {
      const fresh = await reload?.();
      if (fresh) return setConflict({ clashes: clashesOf(values, fresh.values, changes), fresh });
    }
    const field = fields.find(({ name }) => name === facts.parameter);
    if (field) setRefused({ [field.name]: facts.message ?? failureSentence(facts, strings) });
    else app.notify("failed", failureSentence(facts, strings));
  };

  const save = async () => {
    setTried(true);
    if (Object.keys(problemsOf(fields, draft, object === undefined)).length > 0) return undefined;
    setBusy(true);
    try {
      const id = base ? base.id : await app.objects.create(path, changes);
      if (base) await app.objects.update(path, changes, base.etag);
      dirty.current = false;
      startFrom(base ? await reload?.() : undefined);
      return id;
    } catch (error) {
      await failed(error);
      return undefined;
    } finally {
      setBusy(false);
    }
  };

  return {
    draft,
    changes,
    problems: { ...sentences(found, strings.failures.problem), ...refused },
    busy,
    conflict,
    type: (name, text) => edit(name, typed(draft, name, text)),
    tick: (name, on) => edit(name, ticked(draft, name, on)),
    discard: () => startFrom(object),
    save,
    resolve: (takeTheirs) => {
      if (!conflict) return;
      setDraft(mergedDraft(fields, draftOf(fields, conflict.fresh.values), draft, changes, takeTheirs));
      setBase(conflict.fresh);
      setConflict(undefined);
    },
  };
}

function sentences(problems: Problems, say: (problem: Problems[string]) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(problems).map(([name, problem]) => [name, say(problem)]));
}
