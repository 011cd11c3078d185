import type { WebView } from "../../model/answers.ts";
import type { ConfigField } from "../../model/config-form.ts";
import { milliseconds, moment } from "../../model/format.ts";
import { useApp, useLive, useMayChange, useStrings } from "../context.ts";
import { ConfigForm, type SettingTexts } from "../kit/config-form.tsx";
import { Facts } from "../kit/facts.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Mark } from "../kit/marks.tsx";
import { Empty, Page, Section } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";

/** Milliseconds. */
const EVERY = 3000;

const LISTENING: readonly ConfigField[] = [
  { key: "joinHosts", kind: "lines" },
  { key: "web.listen", kind: "text" },
  { key: "web.redirectListen", kind: "text" },
  { key: "web.proxyProtocol.from", kind: "lines" },
];

const LIMITS: readonly ConfigField[] = [
  "headerBytes",
  "headerCount",
  "bodyBytes",
  "headersMs",
  "requestMs",
  "bodyBytesPerSecond",
  "stallMs",
  "idleMs",
  "webSocketFrameBytes",
  "webSocketIdleMs",
  "connections",
].map((name) => ({ key: `web.limits.${name}`, kind: "number" }));

/** Configuration > Web: names, where the edge listens for browsers, and what they may do. */
export function WebPage() {
  const { web } = useStrings();
  const live = useLive<WebView>("/api/web", EVERY);
  const texts: Readonly<Record<string, SettingTexts>> = web.fields;
  return (
    <Page title={web.title} sub={web.sub} actions={<CheckNow refresh={live.refresh} />}>
      <div class="stack">
        <Loaded live={live} rows={2}>
          {(answer) => <Names joinHosts={answer.joinHosts} />}
        </Loaded>
        <ConfigForm
          groups={[
            { title: web.listening, fields: LISTENING },
            { title: web.limits, note: web.limitsNote, fields: LIMITS },
          ]}
          texts={texts}
          onSaved={() => void live.refresh()}
        />
      </div>
    </Page>
  );
}

function CheckNow({ refresh }: { readonly refresh: () => Promise<void> }) {
  const { web } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  if (!useMayChange()) return null;
  const check = () => run(() => server.change("POST", "/api/web/check"), web.checked).then(refresh);
  return (
    <button type="button" class="button quiet" disabled={busy} onClick={() => void check()}>
      {web.check}
    </button>
  );
}

/** What a request from here through the tunnel, the core and the Web Bridge found. */
function Reach({ endToEnd }: Pick<WebView["joinHosts"][number], "endToEnd">) {
  const { web, edge } = useStrings();
  if (endToEnd.state === "unknown") return <Mark state="waiting">{edge.overview.notAsked}</Mark>;
  if (endToEnd.state === "active")
    return <Mark state="good">{edge.overview.reaches(milliseconds(endToEnd.rttMs))}</Mark>;
  return (
    <>
      <Mark state="bad">{endToEnd.why}</Mark>
      <p class="note">
        <code>{endToEnd.code}</code> · {web.since(moment(endToEnd.since))}
      </p>
    </>
  );
}

function Names({ joinHosts }: Pick<WebView, "joinHosts">) {
  const { web } = useStrings();
  const toCertificates = (
    <a class="text-link" href="/security/certificates">
      {web.toCertificates}
    </a>
  );
  return (
    <Section title={web.names} flush actions={toCertificates}>
      {joinHosts.length === 0 ? (
        <Empty>{web.noName}</Empty>
      ) : (
        <Table
          caption={web.names}
          cards
          columns={[{ head: web.host }, { head: web.certificate }, { head: web.tunnels }, { head: web.endToEnd }]}
        >
          {joinHosts.map(({ host, named, connections, endToEnd }) => (
            <tr key={host}>
              <th scope="row">{host}</th>
              <td class="words">
                <Mark state={named ? "good" : "bad"}>{named ? web.named : web.notNamed}</Mark>
              </td>
              <td>
                <Mark state={connections > 0 ? "good" : "bad"}>
                  {connections > 0 ? web.carried(connections) : web.noTunnel}
                </Mark>
              </td>
              <td class="words fill">
                <Reach endToEnd={endToEnd} />
              </td>
            </tr>
          ))}
        </Table>
      )}
      <div class="section-foot">
        <Facts facts={[[web.hsts, web.hstsOn]]} />
      </div>
    </Section>
  );
}
