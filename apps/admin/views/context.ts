import { createContext } from "preact";
import { useContext, useEffect, useMemo } from "preact/hooks";
import type { AppState } from "../app-state.ts";
import type { RoleFacts } from "../model/role.ts";
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

/** Known wherever a page is shown. */
export function useRole(): RoleFacts {
  const role = useApp().role.value;
  return role && "role" in role ? role : { role: "meeting-server", name: "", version: "", hasCertificates: false };
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

/** The role's own file is changed by full administrators only. */
export function useMayConfigure(): boolean {
  const session = useApp().session.state.value;
  return session.state === "in" && session.administrator.role === "admin";
}

/** What a path answers, asked again every so many milliseconds while the page is looked at. */
export function useLive<T>(path: string, everyMs: number): LiveState<T> & { readonly refresh: () => Promise<void> } {
  const { server } = useApp();
  const live = useMemo(() => new Live<T>(server, path, everyMs), [server, path, everyMs]);
  useEffect(() => live.start(), [live]);
  return { ...live.value.value, refresh: () => live.refresh() };
}
