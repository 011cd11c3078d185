import type { ProtectionAnswer } from "../../model/answers.ts";
import type { ConfigField } from "../../model/config-form.ts";
import { useLive, useStrings } from "../context.ts";
import { ConfigForm, type SettingTexts } from "../kit/config-form.tsx";
import { Facts } from "../kit/facts.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Mark } from "../kit/marks.tsx";
import { Empty, Page, Section } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";
import { useServerClock } from "../kit/use-clock.ts";
import { BlockedSources } from "./blocked-sources.tsx";

/** Milliseconds. */
const EVERY = 2000;

const RULES: readonly ConfigField[] = [
  { key: "protection.mode", kind: "choice", choices: ["block", "observe", "off"] },
  { key: "protection.exempt", kind: "lines" },
  { key: "protection.threshold", kind: "number" },
  { key: "protection.firstBlockSeconds", kind: "number" },
  { key: "protection.lastBlockSeconds", kind: "number" },
];

const LIMITS: readonly ConfigField[] = [
  "connectionsPerSource",
  "newConnectionsPerSecond",
  "newConnectionsBurst",
  "handshakesPerSecond",
  "handshakesAtOnce",
  "requestsPerSecond",
  "requestsBurst",
].map((name) => ({ key: `web.limits.${name}`, kind: "number" }));

/** Security > Protection: who is blocked, what has been met, and the rules. */
export function ProtectionPage() {
  const { protection } = useStrings();
  const live = useLive<ProtectionAnswer>("/api/protection", EVERY);
  const now = useServerClock(live);
  const refresh = () => void live.refresh();
  const texts: Readonly<Record<string, SettingTexts>> = protection.fields;
  return (
    <Page title={protection.title} sub={protection.sub}>
      <div class="stack">
        <Loaded live={live}>
          {(answer) => (
            <div class="stack">
              <State answer={answer} />
              <BlockedSources answer={answer} now={now} refresh={refresh} />
              <Counters answer={answer} />
            </div>
          )}
        </Loaded>
        <ConfigForm
          groups={[
            { title: protection.rules, fields: RULES },
            { title: protection.limits, note: protection.limitsNote, fields: LIMITS },
          ]}
          texts={texts}
          onSaved={refresh}
        />
      </div>
    </Page>
  );
}

const MARKS = { block: "good", observe: "waiting", off: "off" } as const;

function State({ answer: { mode, sources, blocked, refused } }: { readonly answer: ProtectionAnswer }) {
  const { protection, language } = useStrings();
  const count = (value: number) => value.toLocaleString(language);
  return (
    <section class="card section">
      <Facts
        facts={[
          [protection.mode, <Mark state={MARKS[mode]}>{protection.modes[mode]}</Mark>],
          [protection.blockedNow, count(blocked.length)],
          [protection.refused, protection.refusedText(count(refused.blocked), count(refused.limited))],
          [protection.watched, count(sources)],
        ]}
      />
    </section>
  );
}

function Counters({ answer: { failures } }: { readonly answer: ProtectionAnswer }) {
  const { protection, language } = useStrings();
  const met = Object.entries(failures)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  return (
    <Section title={protection.counters} flush>
      {met.length === 0 ? (
        <Empty>{protection.noCounter}</Empty>
      ) : (
        <Table
          caption={protection.counters}
          columns={[{ head: protection.counter }, { head: protection.count, kind: "number" }]}
        >
          {met.map(([what, count]) => (
            <tr key={what}>
              <th scope="row" class="words fill">
                {protection.failures[what] ?? what}
              </th>
              <td class="number">{count.toLocaleString(language)}</td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
