import { useRef } from "preact/hooks";
import type { Alarm, Overview } from "../../model/answers.ts";
import { bitRate, duration, percent, utc } from "../../model/format.ts";
import { type History, remember } from "../../model/sparkline.ts";
import { useLive, useStrings } from "../context.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Mark, Sparkline } from "../kit/marks.tsx";
import { Empty, Page, Section } from "../kit/page.tsx";
import { LogLines } from "../logs/lines.tsx";
import { Roads } from "./roads.tsx";

/** Milliseconds. */
const EVERY = 2000;

export function GeneralPage() {
  const { general } = useStrings();
  const live = useLive<Overview>("/api/overview", EVERY);
  const known = live.state === "known" ? live.value : undefined;
  return (
    <Page
      title={general.title}
      sub={known ? `${known.name} · ${general.sub(known.version, duration(known.now - known.startedAt))}` : " "}
    >
      <Loaded live={live}>{(overview) => <General overview={overview} />}</Loaded>
    </Page>
  );
}

function General({ overview }: { readonly overview: Overview }) {
  const { general } = useStrings();
  return (
    <div class="stack">
      <Faults overview={overview} />
      <Numbers overview={overview} />
      <Section title={general.roads}>
        <Roads overview={overview} />
      </Section>
      <Section
        title={general.recent}
        flush
        actions={
          <a class="text-link" href="/logs/events">
            {general.toLog}
          </a>
        }
      >
        {overview.recent.length > 0 ? (
          <LogLines entries={overview.recent} label={general.recent} />
        ) : (
          <Empty>{general.noRecent}</Empty>
        )}
      </Section>
      <Facts overview={overview} />
    </div>
  );
}

function Faults({ overview }: { readonly overview: Overview }) {
  const { general } = useStrings();
  const { alarms, noMedia, now } = overview;
  if (alarms.length === 0 && !noMedia)
    return (
      <section class="card section calm" aria-labelledby="faults">
        <h2 id="faults">
          <Mark state="good">{general.noFaults}</Mark>
        </h2>
        <p class="note">{general.noFaultsText}</p>
      </section>
    );
  return (
    <section class="card section faults" aria-labelledby="faults">
      <h2 id="faults">{general.faults}</h2>
      <ul>
        {noMedia && alarms.length === 0 && (
          <li>
            <p class="fault">{general.noMedia}</p>
            <p class="note">
              {noMedia.detail} <code>{noMedia.code}</code>
            </p>
          </li>
        )}
        {alarms.map((alarm) => (
          <Fault key={alarm.id} alarm={alarm} now={now} />
        ))}
      </ul>
    </section>
  );
}

export function Fault({ alarm, now }: { readonly alarm: Alarm; readonly now: number }) {
  const { general } = useStrings();
  return (
    <li>
      <p class="fault">{alarm.text}</p>
      <p>{alarm.remedy}</p>
      <p class="note">
        <code>{alarm.type}</code> · {general.since(duration(now - alarm.raisedAt))}
      </p>
    </li>
  );
}

function useHistory(value: number, at: number): readonly number[] {
  const kept = useRef<{ at: number; history: History | undefined }>({ at: -1, history: undefined });
  if (kept.current.at !== at) kept.current = { at, history: remember(kept.current.history, value) };
  return kept.current.history?.values ?? [];
}

function Numbers({ overview: { now, totals, calls, waiting } }: { readonly overview: Overview }) {
  const { general } = useStrings();
  const { audioBitRateIncoming: audioIn, videoBitRateIncoming: videoIn } = totals;
  const { audioBitRateOutgoing: audioOut, videoBitRateOutgoing: videoOut } = totals;
  const legs = useHistory(totals.callLegsActive, now);
  const load = useHistory(totals.mediaProcessingLoad, now);
  const received = useHistory(audioIn + videoIn, now);
  const sent = useHistory(audioOut + videoOut, now);
  return (
    <dl class="numbers">
      <Figure
        name={general.legs}
        value={String(totals.callLegsActive)}
        note={general.legsNote(totals.callLegsMaxActive, totals.callLegsCompleted)}
        values={legs}
        least={4}
      />
      <Figure name={general.calls} value={String(calls)} note={general.callsNote(waiting)} />
      <Figure
        name={general.load}
        value={percent(totals.mediaProcessingLoad)}
        note={general.loadNote}
        values={load}
        least={100}
      />
      <Figure
        name={general.received}
        value={bitRate(audioIn + videoIn)}
        note={general.rateNote(bitRate(audioIn), bitRate(videoIn))}
        values={received}
        least={100_000}
      />
      <Figure
        name={general.sent}
        value={bitRate(audioOut + videoOut)}
        note={general.rateNote(bitRate(audioOut), bitRate(videoOut))}
        values={sent}
        least={100_000}
      />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly values?: readonly number[];
  readonly least?: number;
}

function Figure({ name, value, note, values, least }: FigureProps) {
  const { general } = useStrings();
  return (
    <div class="card figure">
      <dt>{name}</dt>
      <dd class="figure-value">{value}</dd>
      <dd class="note">{note}</dd>
      {values && (
        <dd class="figure-chart">
          <Sparkline values={values} width={240} height={40} least={least ?? 1} label={general.chart(name)} />
        </dd>
      )}
    </div>
  );
}

function Facts({ overview: { joinHost, spaces, users, startedAt } }: { readonly overview: Overview }) {
  const { general, language } = useStrings();
  const started = utc(startedAt);
  return (
    <Section title={general.facts}>
      <dl class="facts-row">
        <div>
          <dt>{general.joinHost}</dt>
          <dd>{joinHost}</dd>
        </div>
        <div>
          <dt>{general.spaces}</dt>
          <dd>
            <a href="/configuration/spaces">{spaces.toLocaleString(language)}</a>
          </dd>
        </div>
        <div>
          <dt>{general.users}</dt>
          <dd>
            <a href="/configuration/users">{users.toLocaleString(language)}</a>
          </dd>
        </div>
        <div>
          <dt>{general.startedAt}</dt>
          <dd>
            {started.date} {started.time.slice(0, 8)} UTC
          </dd>
        </div>
      </dl>
    </Section>
  );
}
