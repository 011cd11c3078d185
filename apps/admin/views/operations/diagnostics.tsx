import type { DiagnosticsAnswer } from "../../model/answers.ts";
import { useLive, useMayChange, useStrings } from "../context.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Page } from "../kit/page.tsx";
import { useServerClock } from "../kit/use-clock.ts";
import { DiagnosticSession } from "./diagnostic-session.tsx";
import { DiagnosticStart } from "./diagnostic-start.tsx";

/** Milliseconds. */
const EVERY = 2000;

/** Maintenance > Diagnostics > Diagnostic logging, with the guide's fields. */
export function DiagnosticsPage() {
  const { diagnostics } = useStrings();
  const live = useLive<DiagnosticsAnswer>("/api/diagnostics", EVERY);
  const now = useServerClock(live);
  const mayChange = useMayChange();
  const refresh = () => void live.refresh();
  return (
    <Page title={diagnostics.title} sub={diagnostics.sub}>
      <Loaded live={live}>
        {({ session, modules }) => (
          <div class="stack">
            <DiagnosticSession session={session} now={now} refresh={refresh} />
            {mayChange && session.state !== "running" && (
              <DiagnosticStart modules={modules} replaces={session.state !== "none"} refresh={refresh} />
            )}
          </div>
        )}
      </Loaded>
    </Page>
  );
}
