import { useEffect, useState } from "preact/hooks";
import type { TurnStatus } from "../../model/answers.ts";
import type { ConfigField } from "../../model/config-form.ts";
import { useApp, useLive, useMayChange, useStrings } from "../context.ts";
import { ConfigForm, type SettingTexts } from "../kit/config-form.tsx";
import { confirm } from "../kit/confirm.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Mark } from "../kit/marks.tsx";
import { Page, Section } from "../kit/page.tsx";
import { useAction } from "../kit/use-action.ts";
import { useConfig } from "../kit/use-config.ts";
import { TurnCredentials } from "./turn-credentials.tsx";
import { TurnServerStatus } from "./turn-status.tsx";
import { WhyTool } from "./turn-why.tsx";

/** Milliseconds. */
const EVERY = 3000;

const SERVER: readonly ConfigField[] = [
  { key: "turn.tcp443", kind: "switch" },
  { key: "turn.udp443", kind: "switch" },
  { key: "turn.listen", kind: "lines" },
  { key: "turn.tlsListen", kind: "lines" },
  { key: "turn.profile", kind: "choice", choices: ["turnpike", "expressway"] },
  { key: "turn.realm", kind: "text" },
  { key: "turn.mobility", kind: "switch" },
];

const RELAYS: readonly ConfigField[] = [
  { key: "turn.relay.ports", kind: "text" },
  { key: "turn.relay.address", kind: "text" },
  { key: "turn.relay.advertised", kind: "text" },
  { key: "turn.relay.address6", kind: "text" },
  { key: "turn.relay.advertised6", kind: "text" },
];

const LIMITS: readonly ConfigField[] = [
  "allocations",
  "allocationsPerUser",
  "allocationsPerAddress",
  "bitsPerSecond",
].map((name) => ({ key: `turn.limits.${name}`, kind: "number" }));

/** Configuration > Traversal > TURN, with the guide's fields, and the server's status at the foot. */
export function TurnPage() {
  const { turn } = useStrings();
  const live = useLive<TurnStatus>("/api/turn/status", EVERY);
  const [saved, setSaved] = useState(0);
  const [restarted, setRestarted] = useState(0);
  const refresh = () => {
    setSaved((count) => count + 1);
    void live.refresh();
  };
  const afterRestart = () => {
    setRestarted((count) => count + 1);
    refresh();
  };
  const texts: Readonly<Record<string, SettingTexts>> = turn.fields;
  return (
    <Page title={turn.title} sub={turn.sub}>
      <div class="stack">
        {live.state === "known" && (
          <Services status={live.value} saved={saved} refresh={refresh} afterRestart={afterRestart} />
        )}
        <ConfigForm
          key={restarted}
          groups={[
            { title: turn.server, fields: SERVER },
            { title: turn.relays, fields: RELAYS },
            { title: turn.limits, fields: LIMITS },
          ]}
          texts={texts}
          onSaved={refresh}
        />
        <TurnCredentials />
        <WhyTool />
        <Loaded live={live}>{(status) => <TurnServerStatus status={status} />}</Loaded>
      </div>
    </Page>
  );
}

interface ServicesProps {
  readonly status: TurnStatus;
  /** How often something was saved: then other keys may wait. */
  readonly saved: number;
  readonly refresh: () => void;
  readonly afterRestart: () => void;
}

function Services({ status: { state }, saved, refresh, afterRestart }: ServicesProps) {
  const { turn } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  const mayChange = useMayChange();
  const isActive = state === "active";
  const set = async () => {
    if (isActive && !(await confirm({ title: turn.drainTitle, text: turn.drainText, action: turn.drain }))) return;
    const done = isActive ? turn.drained : turn.undrained;
    if (await run(() => server.change("POST", "/api/turn/drain", { on: isActive }), done)) refresh();
  };
  const { config, reload } = useConfig();
  useEffect(() => void reload(), [reload, saved]);
  // Whether the port of the web is shared is settled when the whole edge starts.
  const waiting = (config?.needRestart ?? []).filter((key) => key.startsWith("turn.") && key !== "turn.tcp443");
  const restart = async () => {
    const text = turn.restartText(waiting.join(", "));
    if (!(await confirm({ title: turn.restartTitle, text, action: turn.restart }))) return;
    if (await run(() => server.change("POST", "/api/turn/restart"), turn.restarted)) afterRestart();
  };
  const action = mayChange && (
    <div class="actions">
      {waiting.length > 0 && (
        <button type="button" class="button primary small" disabled={busy} onClick={() => void restart()}>
          {turn.restart}
        </button>
      )}
      <button type="button" class="button quiet small" disabled={busy} onClick={() => void set()}>
        {isActive ? turn.drain : turn.undrain}
      </button>
    </div>
  );
  return (
    <Section title={turn.services} actions={action}>
      <p>
        <Mark state={isActive ? "good" : "waiting"}>{isActive ? turn.servicesOn : turn.servicesDraining}</Mark>
      </p>
    </Section>
  );
}
