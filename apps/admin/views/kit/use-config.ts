import { useCallback, useEffect, useState } from "preact/hooks";
import type { ConfigAnswer, ConfigChanged } from "../../model/answers.ts";
import type { ConfigChange } from "../../model/config-form.ts";
import { type FailureFacts, factsOf } from "../../server/failure.ts";
import { useApp } from "../context.ts";

export interface LoadedConfig {
  readonly config: ConfigAnswer | undefined;
  /** Why the file could not be read. */
  readonly why: FailureFacts | undefined;
  reload(): Promise<void>;
  /** Rejects with a ServerFailure; if somebody else was faster, what they did is read first. */
  change(changes: readonly ConfigChange[]): Promise<void>;
}

/** The role's file, for pages that change one thing in it at a time. */
export function useConfig(): LoadedConfig {
  const { server } = useApp();
  const [config, setConfig] = useState<ConfigAnswer>();
  const [why, setWhy] = useState<FailureFacts>();
  const reload = useCallback(async () => {
    try {
      setConfig(await server.get<ConfigAnswer>("/api/config"));
      setWhy(undefined);
    } catch (error) {
      setWhy(factsOf(error));
    }
  }, [server]);
  useEffect(() => void reload(), [reload]);
  const change = async (changes: readonly ConfigChange[]) => {
    try {
      await server.change<ConfigChanged>("PUT", "/api/config", { changes, revision: config?.revision });
    } finally {
      await reload();
    }
  };
  return { config, why, reload, change };
}
