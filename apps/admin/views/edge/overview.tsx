import type { EdgeOverview } from "../../model/answers.ts";
import { bitRate, duration } from "../../model/format.ts";
import { useLive, useStrings } from "../context.ts";
import { Figure, useHistory, useRate } from "../kit/figure.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Page, Section } from "../kit/page.tsx";
import { Faults } from "../status/faults.tsx";
import { Recent } from "../status/recent.tsx";
import { EdgePair } from "./pair.tsx";

/** Milliseconds. */
const EVERY = 2000;

export function EdgeOverviewPage() {
  const { edge, general } = useStrings();
  const live = useLive<EdgeOverview>("/api/overview", EVERY);
  const known = live.state === "known" ? live.value : undefined;
  return (
    <Page
      title={edge.overview.title}
      sub={known ? `${known.name} · ${general.sub(known.version, duration(known.now - known.startedAt))}` : " "}
    >
      <Loaded live={live}>
        {(overview) => (
          <div class="stack">
            <Faults alarms={overview.alarms} now={overview.now} />
            <Section title={edge.overview.pair}>
              <EdgePair overview={overview} />
            </Section>
            <Numbers overview={overview} />
            <Recent entries={overview.recent} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Numbers({ overview: { now, web, turn, blocked } }: { readonly overview: EdgeOverview }) {
  const { edge, language } = useStrings();
  const words = edge.overview;
  const { sentBytes = 0, receivedBytes = 0, droppedPackets = 0 } = turn?.traffic ?? {};
  const rate = useRate(web.requests, now);
  const bits = useRate(sentBytes + receivedBytes, now) * 8;
  const rates = useHistory(rate, now);
  const sockets = useHistory(web.webSockets, now);
  const relayed = useHistory(bits, now);
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
      <Figure
        name={words.relayed}
        value={bitRate(bits)}
        note={words.relayedNote(count(droppedPackets))}
        values={relayed}
        least={100_000}
      />
      <Figure name={words.refused} value={count(web.refused)} note={words.refusedNote} />
      <Figure name={words.blocked} value={count(blocked)} note={words.blockedNote} />
    </dl>
  );
}
