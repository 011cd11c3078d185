import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { AppState } from "../../app-state.ts";
import type { PortalApi } from "../../portal/api.ts";
import type { PortalStrings } from "../../strings/portal/index.ts";

/** What the pages of a user work with. */
export interface PortalContextValue {
  readonly api: PortalApi;
  readonly strings: PortalStrings;
  readonly state: Pick<AppState, "account" | "go" | "goToMeeting" | "sessionOver">;
  /** Tells something in a few words, also to those who do not see it. */
  readonly say: (text: string) => void;
}

export const PortalContext = createContext<PortalContextValue | undefined>(undefined);

export function usePortal(): PortalContextValue {
  const value = useContext(PortalContext);
  if (!value) throw new Error("a page of the portal is shown outside of it");
  return value;
}
