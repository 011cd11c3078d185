import type { Overview } from "../../model/answers.ts";
import { bitRate, duration, percent, utc } from "../../model/format.ts";
import { useLive, useStrings } from "../context.ts";
import { Figure, useHistory } from "../kit/figure.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Page, Section } from "../kit/page.tsx";
import { Faults } from "./faults.tsx";
import { Recent } from "./recent.tsx";
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
      <Faults alarms={overview.alarms} now={overview.now} also={overview.noMedia} />
      <Numbers overview={overview} />
      <Section title={general.roads}>
        <Roads overview={overview} />
      </Section>
      <Recent entries={overview.recent} />
      <Facts overview={overview} />
    </div>
  );
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
