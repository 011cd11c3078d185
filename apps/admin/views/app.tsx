import { useEffect } from "preact/hooks";
import type { AppState } from "../app-state.ts";
import type { Administrator } from "../server/session.ts";
import type { Strings } from "../strings/index.ts";
import { StateContext, StringsContext, useApp, useStrings } from "./context.ts";
import { ConfirmDialog } from "./kit/confirm.tsx";
import { FailureNote } from "./kit/loaded.tsx";
import { Shell } from "./shell.tsx";
import { SignIn } from "./sign-in.tsx";

export function App({ state, strings }: { readonly state: AppState; readonly strings: Strings }) {
  return (
    <StringsContext.Provider value={strings}>
      <StateContext.Provider value={state}>
        <Inside />
        <ConfirmDialog />
      </StateContext.Provider>
    </StringsContext.Provider>
  );
}

function Inside() {
  const session = useApp().session.state.value;
  switch (session.state) {
    case "unknown":
      return <Waiting />;
    case "out":
      return <SignIn why={session.why} />;
    case "in":
      return <SignedIn administrator={session.administrator} />;
  }
}

/** Which menu is shown depends on whose administration this is. */
function SignedIn({ administrator }: { readonly administrator: Administrator }) {
  const app = useApp();
  const role = app.role.value;
  useEffect(() => void app.loadRole(), [app]);
  if (role === undefined) return <Waiting />;
  if ("role" in role) return <Shell administrator={administrator} role={role} />;
  return (
    <main class="sign-in">
      <div class="card section">
        <FailureNote why={role} onRetry={() => void app.loadRole()} />
      </div>
    </main>
  );
}

function Waiting() {
  const { shell } = useStrings();
  return (
    <p class="unseen" role="status">
      {shell.loading}
    </p>
  );
}
