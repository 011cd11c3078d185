import { useEffect } from "preact/hooks";
import type { AppState, Page } from "../app-state.ts";
import { Connecting } from "./connecting.tsx";
import { Ended } from "./ended.tsx";
import { Failed } from "./failed.tsx";
import { Landing } from "./landing.tsx";
import { lazy } from "./lazy.tsx";
import { Lobby } from "./lobby.tsx";
import { type Strings, useStrings } from "./strings.ts";

/** Loaded when they are needed: the page that a guest sees first is to be there at once. */
const MeetingPage = lazy(async () => (await import("./meeting.tsx")).MeetingPage);
const Portal = lazy(async () => (await import("./portal/portal.tsx")).Portal);

export function App({ state }: { readonly state: AppState }) {
  const strings = useStrings();
  const page = state.page.value;
  const title = titleOf(page, state.calledIn.value, strings);
  useEffect(() => {
    if (title) document.title = title;
  }, [title]);
  switch (page.page) {
    case "landing":
      return <Landing state={state} signedOut={page.signedOut ?? false} />;
    case "connecting":
      return <Connecting attempt={page.attempt} />;
    case "failed":
      return (
        <Failed
          failure={page.failure}
          progress={page.progress}
          traceId={page.traceId}
          onRetry={() => void state.rejoin()}
          onBack={() => state.back()}
        />
      );
    case "interrupted": {
      const { failure, attempt, traceId } = page.interruption;
      return (
        <Failed
          trying
          failure={failure.value}
          progress={attempt.value.progress.value}
          traceId={traceId}
          onRetry={() => page.interruption.now()}
          onBack={() => page.interruption.cancel()}
        />
      );
    }
    case "lobby":
      return <Lobby wait={page.wait} preview={state.preview} />;
    case "meeting":
      return <MeetingPage meeting={page.meeting} diagnostics={() => state.diagnostics()} />;
    case "ended":
      return (
        <Ended
          reason={page.reason}
          space={page.space}
          onRejoin={() => void state.rejoin()}
          onHome={() => state.back()}
          onSpaces={state.account.user && (() => state.go("/spaces"))}
        />
      );
    case "portal":
      return <Portal state={state} route={page.route} />;
  }
}

/** Undefined where the page itself says it. */
function titleOf(page: Page, calledIn: boolean, strings: Strings): string | undefined {
  switch (page.page) {
    case "meeting":
      return `${calledIn ? `● ${strings.lobby.admitted}` : page.meeting.space.name} · Turnpike`;
    case "connecting":
      return calledIn ? `● ${strings.lobby.admitted} · Turnpike` : "Turnpike";
    case "lobby":
      return `${strings.lobby.waiting} · ${page.wait.space.name}`;
    case "portal":
      return undefined;
    default:
      return "Turnpike";
  }
}
