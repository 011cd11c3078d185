import { useEffect, useMemo } from "preact/hooks";
import "../../styles/portal.css";
import type { AppState, PortalRoute } from "../../app-state.ts";
import { type PortalApi, portalApi } from "../../portal/api.ts";
import { portalStrings } from "../../strings/portal/index.ts";
import { useStrings } from "../strings.ts";
import { Toasts, useNotes } from "../toasts.tsx";
import { PortalContext, type PortalContextValue } from "./context.ts";
import { Frame } from "./frame.tsx";
import { SignIn } from "./sign-in.tsx";
import { SpacePage } from "./space.tsx";
import { SpacesPage } from "./spaces.tsx";

interface Props {
  readonly state: Pick<AppState, "account" | "go" | "goToMeeting" | "sessionOver">;
  readonly route: PortalRoute;
  /** In place of the server. */
  readonly api?: PortalApi;
}

/** The pages of someone who has an account: to sign in, and to look after one's own spaces. */
export function Portal({ state, route, api }: Props) {
  const { language } = useStrings();
  const { toasts, say } = useNotes();
  const value = useMemo<PortalContextValue>(
    () => ({
      api: api ?? portalApi(() => state.sessionOver()),
      strings: portalStrings(language),
      state,
      say,
    }),
    [state, language, api, say],
  );
  const { signIn, spaces } = value.strings;
  const title = route.to === "sign-in" ? signIn.title : spaces.title;
  useEffect(() => {
    document.title = `${title} · Turnpike`;
  }, [title]);
  return (
    <PortalContext.Provider value={value}>
      {route.to === "sign-in" ? (
        <SignIn route={route} />
      ) : (
        <Frame>{route.to === "spaces" ? <SpacesPage /> : <SpacePage key={route.id} id={route.id} />}</Frame>
      )}
      <Toasts toasts={toasts} />
    </PortalContext.Provider>
  );
}
