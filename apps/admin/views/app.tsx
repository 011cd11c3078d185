import type { AppState } from "../app-state.ts";
import type { Strings } from "../strings/index.ts";
import { StateContext, StringsContext, useApp, useStrings } from "./context.ts";
import { ConfirmDialog } from "./kit/confirm.tsx";
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
  const { shell } = useStrings();
  const session = useApp().session.state.value;
  switch (session.state) {
    case "unknown":
      return (
        <p class="unseen" role="status">
          {shell.loading}
        </p>
      );
    case "out":
      return <SignIn why={session.why} />;
    case "in":
      return <Shell administrator={session.administrator} />;
  }
}
