import type { TracingList } from "../../model/answers.ts";
import { stopwatch } from "../../model/format.ts";
import { useApp, useLive, useMayChange, useStrings } from "../context.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Mark } from "../kit/marks.tsx";
import { Empty, Page } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";

const MINUTES = [1, 10, 30, 1440] as const;
/** Milliseconds: the time that is left is drawn from the server's clock. */
const EVERY = 1000;

export function TracingPage() {
  const { tracing } = useStrings().logs;
  const live = useLive<TracingList>("/api/tracing", EVERY);
  return (
    <Page title={tracing.title} sub={tracing.sub}>
      <Loaded live={live}>
        {(list) => (
          <div class="card section flush">
            {list.tracing.length === 0 ? (
              <Empty>{tracing.none}</Empty>
            ) : (
              <Table
                caption={tracing.title}
                cards
                columns={[{ head: tracing.subsystem }, { head: tracing.state }, { head: tracing.for }]}
              >
                {list.tracing.map((one) => (
                  <Subsystem key={one.subsystem} one={one} now={list.now} refresh={() => void live.refresh()} />
                ))}
              </Table>
            )}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

interface Props {
  readonly one: TracingList["tracing"][number];
  readonly now: number;
  readonly refresh: () => void;
}

function Subsystem({ one: { subsystem, until, help }, now, refresh }: Props) {
  const { tracing } = useStrings().logs;
  const { server } = useApp();
  const { busy, run } = useAction();
  const mayChange = useMayChange();
  const set = (minutes: number) => () =>
    void run(() => server.change("POST", "/api/tracing", { subsystem, minutes })).then(refresh);
  const isOn = until !== undefined && until > now;
  return (
    <tr>
      <th scope="row" class="words fill">
        {subsystem}
        {help && <p class="note">{help}</p>}
      </th>
      <td class="digits">
        <Mark state={isOn ? "good" : "off"}>{isOn ? tracing.left(stopwatch(until - now)) : tracing.off}</Mark>
      </td>
      <td>
        {mayChange && (
          <span class="button-row times">
            {MINUTES.map((minutes) => {
              const words = tracing.minutes[minutes] ?? String(minutes);
              return (
                <button
                  key={minutes}
                  type="button"
                  class="button quiet small"
                  disabled={busy}
                  aria-label={tracing.forHeard(subsystem, words)}
                  onClick={set(minutes)}
                >
                  {words}
                </button>
              );
            })}
            <button
              type="button"
              class="button quiet small"
              disabled={busy || !isOn}
              aria-label={tracing.offHeard(subsystem)}
              onClick={set(0)}
            >
              {tracing.turnOff}
            </button>
          </span>
        )}
      </td>
    </tr>
  );
}
