import { useState } from "preact/hooks";
import { Field } from "../../../meeting/views/field.tsx";
import type { AdministrationView } from "../../model/answers.ts";
import type { ConfigField } from "../../model/config-form.ts";
import { withPort } from "../../model/format.ts";
import { useLive, useMayConfigure, useRole, useStrings } from "../context.ts";
import { ConfigForm, type SettingTexts } from "../kit/config-form.tsx";
import { confirm } from "../kit/confirm.tsx";
import { Facts } from "../kit/facts.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Mark } from "../kit/marks.tsx";
import { Page, Section } from "../kit/page.tsx";
import { useAction } from "../kit/use-action.ts";
import { useConfig } from "../kit/use-config.ts";

/** Milliseconds. */
const EVERY = 5000;

const SYSTEM: readonly ConfigField[] = [
  { key: "name", kind: "text" },
  { key: "admin.idleTimeoutMinutes", kind: "number" },
];
const DEDICATED: readonly ConfigField[] = [{ key: "admin.listen", kind: "text" }];

/** System > Administration, with the guide's fields: its step 3 moves the administration away from 443. */
export function AdministrationPage() {
  const { administration } = useStrings();
  const { role } = useRole();
  const [changes, setChanges] = useState(0);
  const texts: Readonly<Record<string, SettingTexts>> = administration.fields;
  return (
    <Page title={administration.title} sub={administration.sub}>
      <div class="stack">
        {role === "edge" && <OfEdge onChanged={() => setChanges(changes + 1)} />}
        <ConfigForm
          key={changes}
          groups={[
            { title: administration.system, fields: SYSTEM },
            { title: administration.dedicated, note: administration.dedicatedHint, fields: DEDICATED },
          ]}
          texts={texts}
        />
      </div>
    </Page>
  );
}

/** The edge has guests on 443: where its administration may listen is a choice of its own. */
function OfEdge({ onChanged }: { readonly onChanged: () => void }) {
  const { administration } = useStrings();
  const live = useLive<AdministrationView>("/api/administration", EVERY);
  const changed = () => {
    onChanged();
    void live.refresh();
  };
  return (
    <Loaded live={live}>
      {(view) => (
        <div class="stack">
          <Section title={administration.facts}>
            <Facts
              facts={[
                [administration.listening, <code>{view.listening}</code>],
                [administration.redirect, view.redirect ? administration.on : administration.off],
                [administration.hsts, view.hsts ? administration.on : administration.off],
              ]}
            />
          </Section>
          <PortChoice key={view.listening} view={view} onChanged={changed} />
        </div>
      )}
    </Loaded>
  );
}

interface PortProps {
  readonly view: AdministrationView;
  readonly onChanged: () => void;
}

/** The guide's drop-down. What cannot be chosen says why. */
function PortChoice({ view, onChanged }: PortProps) {
  const { administration } = useStrings();
  const file = useConfig();
  const { busy, run } = useAction();
  const mayConfigure = useMayConfigure();
  const now = Number(/\d+$/.exec(view.listening)?.[0] ?? 0);
  const [port, setPort] = useState(now);
  const isListed = view.ports.some((one) => one.port === now);
  const change = async () => {
    const question = { title: administration.changeTitle(port), text: administration.changeText };
    if (!(await confirm({ ...question, action: administration.change }))) return;
    const value = withPort(view.listening, port);
    if (await run(() => file.change([{ path: ["admin", "listen"], value }]), administration.changed(port))) onChanged();
  };
  return (
    <Section title={administration.port}>
      <div class="ask port">
        <Field label={administration.port} hint={administration.portHint}>
          {(field) => (
            <select
              {...field}
              value={port}
              disabled={!mayConfigure}
              onChange={(event) => setPort(Number(event.currentTarget.value))}
            >
              {!isListed && <option value={now}>{administration.other(now)}</option>}
              {view.ports.map((one) => (
                <option key={one.port} value={one.port} disabled={!one.allowed}>
                  {one.port}
                </option>
              ))}
            </select>
          )}
        </Field>
        {mayConfigure && (
          <button type="button" class="button quiet" disabled={busy || port === now} onClick={() => void change()}>
            {administration.change}
          </button>
        )}
      </div>
      {view.ports
        .filter(({ allowed, why }) => !allowed && why)
        .map((one) => (
          <p key={one.port} class="refused-port">
            <Mark state="waiting">{administration.portRefused(one.port)}</Mark>
            <span class="note">{one.why}</span>
          </p>
        ))}
    </Section>
  );
}
