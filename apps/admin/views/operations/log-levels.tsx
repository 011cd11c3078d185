import type { LogLevelList } from "../../model/answers.ts";
import { stopwatch } from "../../model/format.ts";
import { useApp, useLive, useMayChange, useRole, useStrings } from "../context.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Mark } from "../kit/marks.tsx";
import { Page } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";
import { useServerClock } from "../kit/use-clock.ts";

const MINUTES = [10, 60, 1440] as const;
/** Milliseconds. */
const EVERY = 3000;

/** Levels of single modules, as the guide's Network Log configuration. */
export function LogLevelsPage() {
  const { logLevels } = useStrings();
  const { role } = useRole();
  const live = useLive<LogLevelList>("/api/log-levels", EVERY);
  const now = useServerClock(live);
  return (
    <Page title={logLevels.title} sub={logLevels.sub}>
      <Loaded live={live}>
        {(list) => (
          <div class="stack">
            <div class="card section flush">
              <Table
                caption={logLevels.title}
                cards
                columns={[{ head: logLevels.module }, { head: logLevels.level }, { head: logLevels.set }]}
              >
                {list.modules.map((one) => (
                  <Module key={one.module} one={one} now={now} refresh={() => void live.refresh()} />
                ))}
              </Table>
            </div>
            {role !== "meeting-server" && <p class="note">{logLevels.webSocketHint}</p>}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

interface Props {
  readonly one: LogLevelList["modules"][number];
  readonly now: number;
  readonly refresh: () => void;
}

function Module({ one: { module, help, level, until }, now, refresh }: Props) {
  const { logLevels } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  const mayChange = useMayChange();
  const isSet = until !== undefined && until > now;
  const set = (body: object) => () =>
    void run(() => server.change("PUT", "/api/log-levels", { module, ...body })).then(refresh);
  return (
    <tr>
      <th scope="row" class="words fill">
        {module}
        {help && <p class="note">{help}</p>}
      </th>
      <td class="digits">
        <Mark state={isSet ? "good" : "off"}>{isSet ? level : logLevels.usual(level)}</Mark>
        {isSet && <p class="note">{logLevels.left(stopwatch(until - now))}</p>}
      </td>
      <td>
        {mayChange && (
          <span class="button-row times">
            {MINUTES.map((minutes) => {
              const words = logLevels.minutes[minutes] ?? String(minutes);
              return (
                <button
                  key={minutes}
                  type="button"
                  class="button quiet small"
                  disabled={busy}
                  aria-label={logLevels.heard(module, words)}
                  onClick={set({ level: "debug", minutes })}
                >
                  {words}
                </button>
              );
            })}
            <button
              type="button"
              class="button quiet small"
              disabled={busy || !isSet}
              aria-label={logLevels.resetHeard(module)}
              onClick={set({ level: null })}
            >
              {logLevels.reset}
            </button>
          </span>
        )}
      </td>
    </tr>
  );
}
