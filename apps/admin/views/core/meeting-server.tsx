import { useState } from "preact/hooks";
import type { JoinHostsAnswer, JoinHostView } from "../../model/answers.ts";
import { useApp, useLive, useMayChange, useStrings } from "../context.ts";
import { confirm } from "../kit/confirm.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Mark } from "../kit/marks.tsx";
import { Empty, Page, Section } from "../kit/page.tsx";
import { useAction } from "../kit/use-action.ts";
import { useServerClock } from "../kit/use-clock.ts";
import { JoinHostCard } from "./join-host-card.tsx";
import { JoinHostDialog } from "./join-host-dialog.tsx";

/** Milliseconds. */
const EVERY = 2000;

/** Configuration > Unified Communications > Cisco Meeting Server, as the guide's step 1 has it. */
export function MeetingServerPage() {
  const { core } = useStrings();
  const words = core.meetingServer;
  const live = useLive<JoinHostsAnswer>("/api/join-hosts", EVERY);
  const now = useServerClock(live);
  const [open, setOpen] = useState<"new" | JoinHostView>();
  const refresh = () => void live.refresh();
  const add = useMayChange() && (
    <button type="button" class="button primary" onClick={() => setOpen("new")}>
      {words.add}
    </button>
  );
  return (
    <Page title={words.title} sub={words.sub} actions={add}>
      <Loaded live={live}>
        {(answer) => (
          <div class="stack">
            <ProxySwitch answer={answer} refresh={refresh} />
            {answer.joinHosts.map((joinHost) => (
              <JoinHostCard
                key={joinHost.host}
                joinHost={joinHost}
                revision={answer.revision}
                now={now}
                onEdit={() => setOpen(joinHost)}
                refresh={refresh}
              />
            ))}
            {answer.joinHosts.length === 0 && (
              <div class="card">
                <Empty>{words.none}</Empty>
              </div>
            )}
            {open && (
              <JoinHostDialog
                joinHost={open === "new" ? undefined : open}
                revision={answer.revision}
                onClose={() => setOpen(undefined)}
                onDone={refresh}
              />
            )}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function ProxySwitch({ answer, refresh }: { readonly answer: JoinHostsAnswer; readonly refresh: () => void }) {
  const { core } = useStrings();
  const words = core.meetingServer;
  const { server } = useApp();
  const { busy, run } = useAction();
  const mayChange = useMayChange();
  const { enabled } = answer;
  const set = async () => {
    const question = {
      title: words.turnOffTitle,
      text: words.turnOffText,
      action: words.turnOff,
      isDangerous: true,
    };
    if (enabled && !(await confirm(question))) return;
    const done = enabled ? words.turnedOff : words.turnedOn;
    if (await run(() => server.change("PUT", "/api/join-hosts-enabled", { enabled: !enabled }), done)) refresh();
  };
  const action = mayChange && (
    <button
      type="button"
      class={enabled ? "button quiet small" : "button primary small"}
      disabled={busy}
      aria-label={`${enabled ? words.turnOff : words.turnOn}: ${words.proxy}`}
      onClick={() => void set()}
    >
      {enabled ? words.turnOff : words.turnOn}
    </button>
  );
  return (
    <Section title={words.proxy} actions={action}>
      <p>
        <Mark state={enabled ? "good" : "off"}>{enabled ? words.on : words.off}</Mark>
      </p>
      <p class="note">{enabled ? words.proxyOnNote : words.proxyOffNote}</p>
    </Section>
  );
}
