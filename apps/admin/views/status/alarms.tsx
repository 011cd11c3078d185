import type { Alarm, AlarmLists } from "../../model/answers.ts";
import { duration, utc } from "../../model/format.ts";
import { apiHref } from "../../pages.ts";
import { useLive, useSchema, useStrings } from "../context.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Mark } from "../kit/marks.tsx";
import { Empty, Page, Section } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";

/** Milliseconds. */
const EVERY = 5000;

export function AlarmsPage() {
  const { alarms } = useStrings();
  const live = useLive<AlarmLists>("/api/alarms", EVERY);
  return (
    <Page title={alarms.title}>
      <Loaded live={live}>
        {({ current, past, now }) => (
          <div class="stack">
            <Section title={alarms.current} flush>
              {current.length === 0 ? (
                <Empty>
                  <Mark state="good">{alarms.none}</Mark>
                </Empty>
              ) : (
                <Table
                  caption={alarms.current}
                  cards
                  columns={[
                    { head: alarms.what },
                    { head: alarms.about, kind: "wide" },
                    { head: alarms.raised, kind: "wide" },
                    { head: alarms.lasted },
                  ]}
                >
                  {current.map((alarm) => (
                    <tr key={alarm.id}>
                      <What alarm={alarm} state="bad" />
                      <About alarm={alarm} />
                      <Moment at={alarm.raisedAt} />
                      <td>{duration(now - alarm.raisedAt)}</td>
                    </tr>
                  ))}
                </Table>
              )}
            </Section>
            <Section title={alarms.past} flush>
              {past.length === 0 ? <Empty>{alarms.nonePast}</Empty> : <Past past={past} />}
            </Section>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Past({ past }: { readonly past: AlarmLists["past"] }) {
  const { alarms } = useStrings();
  return (
    <Table
      caption={alarms.past}
      cards
      columns={[
        { head: alarms.what },
        { head: alarms.about, kind: "wide" },
        { head: alarms.cleared, kind: "wide" },
        { head: alarms.lasted },
      ]}
    >
      {past.map((alarm) => (
        <tr key={`${alarm.id} ${alarm.clearedAt}`}>
          <What alarm={alarm} state="off" />
          <About alarm={alarm} />
          <Moment at={alarm.clearedAt} />
          <td>{duration(alarm.clearedAt - alarm.raisedAt)}</td>
        </tr>
      ))}
    </Table>
  );
}

function What({ alarm, state }: { readonly alarm: Alarm; readonly state: "bad" | "off" }) {
  return (
    <td class="words fill">
      <Mark state={state}>{alarm.text}</Mark>
      {state === "bad" && <p>{alarm.remedy}</p>}
      <p class="note">
        <code>{alarm.failureReason ? `${alarm.type} ${alarm.failureReason}` : alarm.type}</code>
      </p>
    </td>
  );
}

/** A link to the object, if it is one of the API. */
function About({ alarm: { subject } }: { readonly alarm: Alarm }) {
  const noun = useSchema()?.get(subject?.noun ?? "");
  if (!subject) return <td class="wide">–</td>;
  const isObject = noun && !noun.parent && /^[0-9a-f-]{36}$/.test(subject.id);
  return (
    <td class="wide">
      {isObject ? (
        <a href={apiHref(`${noun.plural}/${subject.id}`)}>{subject.noun}</a>
      ) : (
        `${subject.noun} ${subject.id}`
      )}
    </td>
  );
}

function Moment({ at }: { readonly at: number }) {
  const { date, time } = utc(at);
  return (
    <td class="wide digits">
      {date} {time.slice(0, 8)}
    </td>
  );
}
