import type { AppState } from "../app-state.ts";
import { signInPath } from "../model/route.ts";
import { Brand } from "./icons.tsx";
import { JoinForm } from "./join-form.tsx";
import { PreviewPanel } from "./preview.tsx";
import { useStrings } from "./strings.ts";

type State = Pick<AppState, "entry" | "preview" | "account" | "prepare" | "join" | "otherMeeting" | "go">;

interface Props {
  readonly state: State;
  /** The session of someone who came back has ended. */
  readonly signedOut?: boolean;
}

export function Landing({ state, signedOut = false }: Props) {
  const strings = useStrings();
  return (
    <main class="landing">
      <header class="landing-head">
        <Brand />
        <AccountLink state={state} />
      </header>
      <PreviewPanel preview={state.preview} />
      <section class="card landing-card">
        <h1>{state.entry.value.callId ? strings.landing.titleLinked : strings.landing.title}</h1>
        {signedOut && (
          <p class="preview-problem" role="alert" data-testid="signed-out">
            {strings.landing.signedOut}
          </p>
        )}
        <JoinForm state={state} />
      </section>
    </main>
  );
}

/** To sign in, or to one's own spaces; nothing where the server has no users. */
function AccountLink({ state }: { readonly state: Pick<AppState, "account" | "go"> }) {
  const { landing } = useStrings();
  const { user, offered } = state.account;
  if (!user && !offered) return null;
  const here = location.pathname === "/" ? "/spaces" : location.pathname + location.search;
  const to = user ? "/spaces" : signInPath(here);
  return (
    <a
      class="button quiet small"
      href={to}
      data-testid={user ? "to-spaces" : "to-sign-in"}
      onClick={(event) => {
        event.preventDefault();
        state.go(to);
      }}
    >
      {user ? landing.spaces : landing.signIn}
    </a>
  );
}
