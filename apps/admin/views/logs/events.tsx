import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { EventLevel, Events } from "../../model/answers.ts";
import {
  type EventFilter,
  type EventPage,
  firstPage,
  LEVELS,
  queryOf,
  released,
  withNew,
  withOlder,
} from "../../model/events.ts";
import { followEvents } from "../../server/event-stream.ts";
import { type FailureFacts, factsOf } from "../../server/failure.ts";
import { useApp, useStrings } from "../context.ts";
import { FilterBox } from "../kit/controls.tsx";
import { FailureNote } from "../kit/loaded.tsx";
import { Mark } from "../kit/marks.tsx";
import { Empty, Page } from "../kit/page.tsx";
import { Skeleton } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";
import { LogLines } from "./lines.tsx";

/** Lines asked for at a time. */
const LINES = 200;
/** After the last key in the filter. Milliseconds. */
const TYPING_PAUSE = 300;

export function EventLogPage() {
  const { logs } = useStrings();
  const { events } = logs;
  const [filter, setFilter] = useState<EventFilter>({ levels: LEVELS, text: "" });
  const [isPaused, setPaused] = useState(false);
  const log = useEvents(filter, isPaused);
  const resume = () => {
    log.release();
    setPaused(false);
  };
  return (
    <Page title={events.title} sub={events.sub} actions={<ExportButton filter={filter} />}>
      <div class="card section flush">
        <div class="toolbar">
          <Levels levels={filter.levels} onLevels={(levels) => setFilter({ ...filter, levels })} />
          <FilterBox label={events.filter} value={filter.text} onInput={(text) => setFilter({ ...filter, text })} />
          <span class="toolbar-end">
            <StreamMark state={isPaused ? "paused" : log.stream} held={log.page?.held.length ?? 0} />
            <button type="button" class="button quiet small" onClick={isPaused ? resume : () => setPaused(true)}>
              {isPaused ? events.resume : events.pause}
            </button>
          </span>
        </div>
        <Lines log={log} />
      </div>
    </Page>
  );
}

interface EventsLog {
  readonly page: EventPage | undefined;
  readonly why: FailureFacts | undefined;
  readonly stream: "connecting" | "live";
  release(): void;
  older(): Promise<void>;
}

function useEvents(filter: EventFilter, isPaused: boolean): EventsLog {
  const { server } = useApp();
  const [page, setPage] = useState<EventPage>();
  const [why, setWhy] = useState<FailureFacts>();
  const [stream, setStream] = useState<"connecting" | "live">("connecting");
  const paused = useRef(isPaused);
  paused.current = isPaused;
  const key = queryOf(filter);

  useEffect(() => {
    let stop = () => {};
    let isOver = false;
    const begin = async () => {
      try {
        const { entries } = await server.get<Events>(`/api/events${queryOf(filter, { limit: LINES })}`);
        if (isOver) return;
        setWhy(undefined);
        setPage(firstPage(entries, LINES));
        stop = followEvents(
          server,
          (after) => `/api/events/stream${queryOf(filter, { after })}`,
          entries.at(-1)?.sequence ?? 0,
          { onEntry: (entry) => setPage((old) => old && withNew(old, entry, paused.current)), onState: setStream },
        );
      } catch (error) {
        if (!isOver) setWhy(factsOf(error));
      }
    };
    const timer = setTimeout(() => void begin(), page ? TYPING_PAUSE : 0);
    return () => {
      isOver = true;
      clearTimeout(timer);
      stop();
    };
    // `key` is the filter, and a new page must not start it anew
  }, [server, key]);

  const older = async () => {
    const last = page?.entries.at(-1);
    if (!last) return;
    const { entries } = await server.get<Events>(
      `/api/events${queryOf(filter, { limit: LINES, before: last.sequence })}`,
    );
    setPage((old) => old && withOlder(old, entries, LINES));
  };
  const release = useCallback(() => setPage((old) => old && released(old)), []);
  return { page, why, stream, release, older };
}

function Lines({ log }: { readonly log: EventsLog }) {
  const { events } = useStrings().logs;
  const { busy, run } = useAction();
  if (log.why) return <FailureNote why={log.why} />;
  if (!log.page) return <Skeleton rows={12} />;
  if (log.page.entries.length === 0) return <Empty>{events.none}</Empty>;
  return (
    <>
      <LogLines entries={log.page.entries} label={events.region} />
      <div class="log-end">
        {log.page.complete ? (
          <p class="note">{events.oldest}</p>
        ) : (
          <button type="button" class="button quiet small" disabled={busy} onClick={() => void run(() => log.older())}>
            {events.older}
          </button>
        )}
      </div>
    </>
  );
}

function StreamMark({ state, held }: { readonly state: "connecting" | "live" | "paused"; readonly held: number }) {
  const { events } = useStrings().logs;
  const marks = { connecting: "waiting", live: "good", paused: "off" } as const;
  return (
    <span role="status">
      <Mark state={marks[state]}>{state === "paused" && held > 0 ? events.held(held) : events[state]}</Mark>
    </span>
  );
}

interface LevelsProps {
  readonly levels: readonly EventLevel[];
  readonly onLevels: (levels: readonly EventLevel[]) => void;
}

/** At least one level stays. */
function Levels({ levels, onLevels }: LevelsProps) {
  const { events } = useStrings().logs;
  const toggle = (level: EventLevel) => {
    const next = LEVELS.filter((one) => (one === level ? !levels.includes(one) : levels.includes(one)));
    if (next.length > 0) onLevels(next);
  };
  return (
    <fieldset class="segments">
      <legend class="unseen">{events.levelsLabel}</legend>
      {LEVELS.map((level) => (
        <label key={level}>
          <input type="checkbox" checked={levels.includes(level)} onChange={() => toggle(level)} />
          <span>{events.levels[level]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function ExportButton({ filter }: { readonly filter: EventFilter }) {
  const { events } = useStrings().logs;
  return (
    <a class="button quiet" href={`/api/events/export${queryOf(filter)}`} download="event-log.txt">
      {events.exportAll}
    </a>
  );
}
