import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Brand } from "../icons.tsx";
import { usePortal } from "./context.ts";
import { Go } from "./go.tsx";

/** What is around every page of one's own. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  const { strings, state } = usePortal();
  const { user } = state.account;
  useEffect(() => {
    // A browser may have forgotten that somebody has signed in here: the server has not.
    if (!user) void state.account.reload().then((account) => account.state === "none" && state.sessionOver());
  }, []);
  const signOut = () => void state.account.signOut().then(() => state.go("/"));
  return (
    <div class="portal">
      <header class="portal-head">
        <Go to="/spaces" class="plain-link">
          <Brand />
        </Go>
        <nav aria-label={strings.frame.account}>
          <Go to="/" class="button quiet small">
            {strings.frame.join}
          </Go>
          {user && (
            <span class="portal-user" title={user.userJid}>
              {user.name}
            </span>
          )}
          <button type="button" class="button quiet small" onClick={signOut} data-testid="sign-out">
            {strings.frame.signOut}
          </button>
        </nav>
      </header>
      <main class="portal-main">{children}</main>
    </div>
  );
}
