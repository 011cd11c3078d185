import { useEffect } from "preact/hooks";
import type { AppState } from "../app-state.ts";
import { Connecting } from "./connecting.tsx";
import { Ended } from "./ended.tsx";
import { Failed } from "./failed.tsx";
import { Landing } from "./landing.tsx";
import { MeetingPage } from "./meeting.tsx";

export function App({ state }: { readonly state: AppState }) {
  const page = state.page.value;
  const title = titleOf(page.page === "meeting" ? page.meeting.space.name : "");
  useEffect(() => {
    document.title = title;
  }, [title]);
  switch (page.page) {
    case "landing":
      return <Landing state={state} />;
    case "connecting":
      return <Connecting attempt={page.attempt} />;
    case "failed":
      return (
        <Failed
          failure={page.failure}
          progress={page.attempt.progress.value}
          traceId={page.attempt.traceId}
          onRetry={() => void state.rejoin()}
          onBack={() => state.back()}
        />
      );
    case "meeting":
      return <MeetingPage meeting={page.meeting} diagnostics={() => state.diagnostics()} />;
    case "ended":
      return (
        <Ended
          reason={page.reason}
          space={page.space}
          onRejoin={() => void state.rejoin()}
          onHome={() => state.back()}
        />
      );
  }
}

function titleOf(space: string): string {
  return space ? `${space} · Turnpike` : "Turnpike";
}
