import { useState } from "preact/hooks";
import type { DiagnosticState } from "../../model/answers.ts";
import { bytes, moment, stopwatch } from "../../model/format.ts";
import { useApp, useMayChange, useStrings } from "../context.ts";
import { Facts } from "../kit/facts.tsx";
import { TextField } from "../kit/inputs.tsx";
import { Mark } from "../kit/marks.tsx";
import { Section } from "../kit/page.tsx";
import { useAction } from "../kit/use-action.ts";

interface Props {
  readonly session: DiagnosticState;
  readonly now: number;
  readonly refresh: () => void;
}

const MARKS = { none: "off", running: "good", stopped: "off", interrupted: "waiting" } as const;

/** The log that runs, or the last one: what it has, and how it is had. */
export function DiagnosticSession({ session, now, refresh }: Props) {
  const { diagnostics } = useStrings();
  return (
    <Section
      title={session.state === "running" ? diagnostics.inProgress : diagnostics.collected}
      actions={<Actions session={session} refresh={refresh} />}
    >
      <p>
        <Mark state={MARKS[session.state]}>{diagnostics.states[session.state]}</Mark>
      </p>
      {session.state !== "none" && <SessionFacts session={session} now={now} />}
      {session.state === "running" && <Captures session={session} />}
      {session.state === "running" && <Marker refresh={refresh} />}
      {session.state !== "none" && <p class="note after-facts">{diagnostics.personal}</p>}
    </Section>
  );
}

function Actions({ session, refresh }: Omit<Props, "now">) {
  const { diagnostics } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  if (!useMayChange() || session.state === "none") return null;
  const stop = () => run(() => server.change("POST", "/api/diagnostics/stop"), diagnostics.stopped).then(refresh);
  return (
    <>
      {session.state === "running" && (
        <button type="button" class="button primary small" disabled={busy} onClick={() => void stop()}>
          {diagnostics.stop}
        </button>
      )}
      <a class="button quiet small" href="/api/diagnostics/download" download>
        {diagnostics.download}
      </a>
    </>
  );
}

type Session = Exclude<DiagnosticState, { state: "none" }>;

function SessionFacts({ session, now }: { readonly session: Session; readonly now: number }) {
  const { diagnostics, language } = useStrings();
  const { request, startedAt, bytes: size } = session;
  const lines = session.state === "running" ? session.log : undefined;
  return (
    <div class="after-facts">
      <Facts
        facts={[
          [diagnostics.since, `${moment(startedAt)} UTC`],
          [diagnostics.endsIn, session.state === "running" && stopwatch(session.endsAt - now)],
          [diagnostics.ended, session.state === "stopped" && `${moment(session.endedAt)} UTC, ${session.why}`],
          [diagnostics.size, bytes(size)],
          [
            diagnostics.lines,
            lines &&
              lines.lines.toLocaleString(language) +
                (lines.dropped > 0 ? ` (${diagnostics.dropped(lines.dropped)})` : ""),
          ],
          [diagnostics.modules, request.modules.join(", ")],
          [diagnostics.byAddress, request.addresses.length > 0 && request.addresses.join(", ")],
          [diagnostics.byPort, request.ports.length > 0 && request.ports.join(", ")],
        ]}
      />
      {lines?.why && <Mark state="bad">{lines.why}</Mark>}
    </div>
  );
}

function Captures({ session: { captures } }: { readonly session: Extract<Session, { state: "running" }> }) {
  const { diagnostics, language } = useStrings();
  if (captures.length === 0) return null;
  return (
    <div class="after-facts">
      <Facts
        facts={captures.map((one) => [
          one.name,
          one.state === "idle" ? (
            diagnostics.captureIdle
          ) : (
            <>
              {diagnostics.packets(one.packets.toLocaleString(language), bytes(one.bytes))}
              {one.state === "failed" && (
                <p>
                  <Mark state="bad">{one.why}</Mark>
                </p>
              )}
            </>
          ),
        ])}
      />
    </div>
  );
}

function Marker({ refresh }: { readonly refresh: () => void }) {
  const { diagnostics } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  const [text, setText] = useState("");
  const mayChange = useMayChange();
  const add = async (event: Event) => {
    event.preventDefault();
    const send = () => server.change("POST", "/api/diagnostics/marker", { text: text.trim() });
    if (!text.trim() || !(await run(send, diagnostics.markerAdded))) return;
    setText("");
    refresh();
  };
  if (!mayChange) return null;
  return (
    <form class="ask after-facts" noValidate onSubmit={(event) => void add(event)}>
      <TextField
        label={diagnostics.marker}
        name="marker"
        value={text}
        onInput={setText}
        hint={diagnostics.markerHint}
      />
      <button type="submit" class="button quiet" disabled={busy || !text.trim()}>
        {diagnostics.addMarker}
      </button>
    </form>
  );
}
