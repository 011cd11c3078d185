import type { CoreOverview } from "../../model/answers.ts";
import { duration } from "../../model/format.ts";
import { useLive, useStrings } from "../context.ts";
import { Figure, useHistory, useRate } from "../kit/figure.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Page, Section } from "../kit/page.tsx";
import { Faults } from "../status/faults.tsx";
import { Recent } from "../status/recent.tsx";
import { CorePair } from "./pair.tsx";

/** Milliseconds. */
const EVERY = 2000;

export function CoreOverviewPage() {
  const { core, general } = useStrings();
  const live = useLive<CoreOverview>("/api/overview", EVERY);
  const known = live.state === "known" ? live.value : undefined;
  return (
    <Page
      title={core.overview.title}
      sub={known ? `${known.name} · ${general.sub(known.version, duration(known.now - known.startedAt))}` : " "}
    >
      <Loaded live={live}>
        {(overview) => (
          <div class="stack">
            <Faults alarms={overview.alarms} now={overview.now} />
            <Section title={core.overview.pair}>
              <CorePair overview={overview} />
            </Section>
            <Numbers overview={overview} />
            <Recent entries={overview.recent} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Numbers({ overview: { now, web, allowList } }: { readonly overview: CoreOverview }) {
  const { core, language } = useStrings();
  const words = core.overview;
  const rate = useRate(web.requests, now);
  const rates = useHistory(rate, now);
  const sockets = useHistory(web.webSockets, now);
  const count = (value: number) => value.toLocaleString(language);
  return (
    <dl class="numbers">
      <Figure
        name={words.requests}
        value={rate.toLocaleString(language, { maximumFractionDigits: 1 })}
        note={words.requestsNote(count(web.requests))}
        values={rates}
        least={5}
      />
      <Figure
        name={words.webSockets}
        value={count(web.webSockets)}
        note={words.webSocketsNote}
        values={sockets}
        least={4}
      />
      <Figure name={words.refused} value={count(web.refused)} note={words.refusedNote(count(allowList.refused))} />
      <Figure name={words.rules} value={count(allowList.rules)} note={words.rulesNote} />
    </dl>
  );
}
