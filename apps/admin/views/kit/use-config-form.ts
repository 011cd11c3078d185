import { useEffect, useState } from "preact/hooks";
import type { ConfigAnswer, ConfigChanged } from "../../model/answers.ts";
import {
  type ConfigDraft,
  type ConfigField,
  configChanges,
  configDraft,
  configProblems,
  fieldNamedIn,
} from "../../model/config-form.ts";
import { type FailureFacts, factsOf } from "../../server/failure.ts";
import { failureSentence } from "../../strings/failures.ts";
import { useApp, useStrings } from "../context.ts";
import { useUnsavedGuard } from "./use-unsaved-guard.ts";

export interface ConfigFormState {
  readonly config: ConfigAnswer | undefined;
  /** Why the file could not be read. */
  readonly why: FailureFacts | undefined;
  readonly draft: ConfigDraft;
  readonly changed: number;
  /** By key, in words. */
  readonly problems: Readonly<Record<string, string>>;
  readonly busy: boolean;
  set(key: string, text: string): void;
  discard(): void;
  /** True if it was saved. */
  save(): Promise<boolean>;
  reload(): Promise<void>;
}

interface Sides {
  readonly config: ConfigAnswer;
  readonly before: ConfigDraft;
  readonly draft: ConfigDraft;
}

/** Keys of the role's file as a form. What somebody else changed meanwhile is shown beneath the changes made here. */
export function useConfigForm(fields: readonly ConfigField[]): ConfigFormState {
  const app = useApp();
  const strings = useStrings();
  const [sides, setSides] = useState<Sides>();
  const [why, setWhy] = useState<FailureFacts>();
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);

  const load = async (mine: ConfigDraft = {}) => {
    try {
      const config = await app.server.get<ConfigAnswer>("/api/config");
      const before = configDraft(fields, config);
      setSides({ config, before, draft: { ...before, ...mine } });
      setWhy(undefined);
    } catch (error) {
      setWhy(factsOf(error));
    }
  };
  useEffect(() => void load(), [app]);

  const changes = sides ? configChanges(fields, sides.before, sides.draft) : [];
  useUnsavedGuard(changes.length > 0);

  const failed = async (error: unknown) => {
    const facts = factsOf(error);
    const words = [failureSentence(facts, strings), facts.remedy].filter(Boolean).join(". ");
    const field = fieldNamedIn(fields, facts.message ?? "");
    if (field) return setRefused({ [field]: words });
    app.notify("failed", words);
    if (facts.code === "CONFIG_CHANGED_MEANWHILE" && sides)
      await load(Object.fromEntries(changes.map(({ path }) => [path.join("."), sides.draft[path.join(".")] ?? ""])));
  };

  const save = async () => {
    if (!sides || changes.length === 0 || configProblems(fields, sides.draft).length > 0) return false;
    setBusy(true);
    try {
      const body = { changes, revision: sides.config.revision };
      await app.server.change<ConfigChanged>("PUT", "/api/config", body);
      setRefused({});
      await load();
      return true;
    } catch (error) {
      await failed(error);
      return false;
    } finally {
      setBusy(false);
    }
  };

  const notNumbers = sides ? configProblems(fields, sides.draft) : [];
  return {
    ...{ config: sides?.config, why, draft: sides?.draft ?? {}, changed: changes.length, busy, save, reload: load },
    problems: { ...Object.fromEntries(notNumbers.map((key) => [key, strings.settings.notANumber])), ...refused },
    set: (key, text) => {
      if (sides) setSides({ ...sides, draft: { ...sides.draft, [key]: text } });
      setRefused({});
    },
    discard: () => {
      if (sides) setSides({ ...sides, draft: sides.before });
      setRefused({});
    },
  };
}
