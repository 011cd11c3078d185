import { useMemo, useRef, useState } from "preact/hooks";
import type { Calls } from "../../model/answers.ts";
import { type CallRow, callRows, filterCalls, legRates } from "../../model/calls.ts";
import { type History, rememberAll } from "../../model/sparkline.ts";
import { useLive, useStrings } from "../context.ts";
import { FilterBox } from "../kit/controls.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Empty, Page } from "../kit/page.tsx";
import { CallCard } from "./call-card.tsx";

/** Milliseconds. */
const EVERY = 2000;

export function CallsPage() {
  const { calls } = useStrings();
  const [filter, setFilter] = useState("");
  const live = useLive<Calls>("/api/calls", EVERY);
  return (
    <Page title={calls.title} actions={<FilterBox label={calls.filter} value={filter} onInput={setFilter} />}>
      <Loaded live={live}>
        {(answer) => <CallList answer={answer} filter={filter} refresh={() => void live.refresh()} />}
      </Loaded>
    </Page>
  );
}

interface Props {
  readonly answer: Calls;
  readonly filter: string;
  readonly refresh: () => void;
}

function CallList({ answer, filter, refresh }: Props) {
  const { calls } = useStrings();
  const all = useMemo(() => callRows(answer), [answer]);
  const histories = useHistories(answer, all);
  const rows = filterCalls(all, filter);
  const people = all.reduce((sum, { present }) => sum + present.length, 0);
  return (
    <div class="stack">
      <p class="note" role="status">
        {calls.summary(all.length, people)}
      </p>
      {rows.map((row) => (
        <CallCard key={row.call.id} row={row} now={answer.now} histories={histories} refresh={refresh} />
      ))}
      {rows.length === 0 && (
        <div class="card">
          <Empty>{all.length > 0 ? calls.noMatch : calls.none}</Empty>
        </div>
      )}
    </div>
  );
}

function useHistories(answer: Calls, rows: readonly CallRow[]): ReadonlyMap<string, History> {
  const kept = useRef<{ answer: Calls | undefined; histories: ReadonlyMap<string, History> }>({
    answer: undefined,
    histories: new Map(),
  });
  if (kept.current.answer !== answer)
    kept.current = { answer, histories: rememberAll(kept.current.histories, legRates(rows)) };
  return kept.current.histories;
}
