import { createContext } from "preact";
import { useContext, useEffect, useMemo } from "preact/hooks";
import type { AppState } from "../app-state.ts";
import type { Schema } from "../model/schema.ts";
import { Live, type LiveState } from "../server/live.ts";
import { en, type Strings } from "../strings/en/index.ts";

export const StringsContext = createContext<Strings>(en);
export const StateContext = createContext<AppState | undefined>(undefined);

export function useStrings(): Strings {
  return useContext(StringsContext);
}

export function useApp(): AppState {
  return useContext(StateContext)!;
}

/** Undefined until it has come. */
export function useSchema(): Schema | undefined {
  const app = useApp();
  const schema = app.schema.value;
  useEffect(() => void app.loadSchema(), [app]);
  return schema instanceof Map ? schema : undefined;
}

/** False: buttons that change something are not shown. The server decides anyway. */
export function useMayChange(): boolean {
  const session = useApp().session.state.value;
  return session.state === "in" && session.administrator.role !== "read-only";
}

/** What a path answers, asked again every so many milliseconds while the page is looked at. */
export function useLive<T>(path: string, everyMs: number): LiveState<T> & { readonly refresh: () => Promise<void> } {
  const { server } = useApp();
  const live = useMemo(() => new Live<T>(server, path, everyMs), [server, path, everyMs]);
  useEffect(() => live.start(), [live]);
  return { ...live.value.value, refresh: () => live.refresh() };
}
