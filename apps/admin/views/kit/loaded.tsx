import type { ComponentChildren } from "preact";
import type { FailureFacts } from "../../server/failure.ts";
import type { LiveState } from "../../server/live.ts";
import { failureSentence } from "../../strings/failures.ts";
import { useStrings } from "../context.ts";
import { Skeleton } from "./table.tsx";

export function FailureNote({ why, onRetry }: { readonly why: FailureFacts; readonly onRetry?: () => void }) {
  const strings = useStrings();
  return (
    <div class="failure" role="alert">
      <p>{failureSentence(why, strings)}</p>
      {why.remedy && <p class="note">{why.remedy}</p>}
      <p class="note">
        <code>{why.code}</code>
      </p>
      {onRetry && (
        <button type="button" class="button quiet small" onClick={onRetry}>
          {strings.shell.retry}
        </button>
      )}
    </div>
  );
}

interface Props<T> {
  readonly live: LiveState<T> & { readonly refresh: () => Promise<void> };
  readonly rows?: number;
  readonly children: (value: T) => ComponentChildren;
}

/** A skeleton until it is known, why it is not, or what it is. */
export function Loaded<T>({ live, rows = 6, children }: Props<T>) {
  const { shell } = useStrings();
  if (live.state === "known") return <>{children(live.value)}</>;
  if (live.state === "failed")
    return (
      <div class="card section">
        <FailureNote why={live.why} onRetry={() => void live.refresh()} />
      </div>
    );
  return (
    <div class="card section" aria-busy="true">
      <p class="unseen" role="status">
        {shell.loading}
      </p>
      <Skeleton rows={rows} />
    </div>
  );
}
