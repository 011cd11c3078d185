import { useId } from "preact/hooks";
import type { CallRow, PersonRow } from "../../model/calls.ts";
import { stopwatch } from "../../model/format.ts";
import type { History } from "../../model/sparkline.ts";
import { spaceHref } from "../../pages.ts";
import { useApp, useMayChange, useStrings } from "../context.ts";
import { confirm } from "../kit/confirm.tsx";
import { LockIcon } from "../kit/icons.tsx";
import { Badge } from "../kit/marks.tsx";
import { Table } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";
import { PersonRows } from "./person-row.tsx";

interface Props {
  readonly row: CallRow;
  readonly now: number;
  readonly histories: ReadonlyMap<string, History>;
  readonly refresh: () => void;
}

export function CallCard({ row, now, histories, refresh }: Props) {
  const { calls } = useStrings();
  const { call, waiting, present } = row;
  const id = useId();
  return (
    <section class="card section flush call" aria-labelledby={id}>
      <header class="section-head">
        <div class="call-title">
          <h2 id={id}>
            <a href={spaceHref(call.spaceId)}>{call.name}</a>
          </h2>
          <p class="note">
            {calls.people(present.length)} · {calls.running(stopwatch(now - call.startedAt))}
            {call.locked && (
              <>
                {" · "}
                <Badge kind="amber">
                  <LockIcon /> {calls.locked}
                </Badge>
              </>
            )}
          </p>
        </div>
        <CallActions row={row} refresh={refresh} />
      </header>
      {waiting.length > 0 && <Waiting callId={call.id} waiting={waiting} now={now} refresh={refresh} />}
      {present.length > 0 && (
        <Table
          caption={call.name}
          cards
          columns={[
            { head: calls.participant },
            { head: calls.path },
            { head: calls.loss, kind: "number" },
            { head: calls.roundTrip, kind: "number" },
            { head: calls.rate },
            { head: calls.client, kind: "wide" },
            { head: calls.actions, kind: "actions" },
          ]}
        >
          {present.map((person) => (
            <PersonRows
              key={person.participant.id}
              person={person}
              history={histories.get(person.participant.callLegId)}
              refresh={refresh}
            />
          ))}
        </Table>
      )}
    </section>
  );
}

function CallActions({ row: { call, present }, refresh }: { readonly row: CallRow; readonly refresh: () => void }) {
  const { calls } = useStrings();
  const { objects } = useApp();
  const { busy, run } = useAction();
  if (!useMayChange()) return null;
  const lock = () => run(() => objects.update(`calls/${call.id}`, { locked: !call.locked })).then(refresh);
  const end = async () => {
    const isSure = await confirm({
      title: calls.endTitle(call.name),
      text: calls.endText(present.length),
      action: calls.end,
      isDangerous: true,
    });
    if (isSure && (await run(() => objects.remove(`calls/${call.id}`), calls.ended))) refresh();
  };
  return (
    <div class="section-actions">
      <button type="button" class="button quiet small" disabled={busy} onClick={() => void lock()}>
        {call.locked ? calls.unlock : calls.lock}
      </button>
      <button type="button" class="button quiet small danger-text" disabled={busy} onClick={() => void end()}>
        {calls.end}
      </button>
    </div>
  );
}

interface WaitingProps {
  readonly callId: string;
  readonly waiting: readonly PersonRow[];
  readonly now: number;
  readonly refresh: () => void;
}

function Waiting({ waiting, now, refresh }: WaitingProps) {
  const { calls } = useStrings();
  const { objects } = useApp();
  const mayChange = useMayChange();
  const { busy, run } = useAction();
  const admit = (people: readonly PersonRow[]) => async () => {
    for (const { participant } of people)
      await run(
        () => objects.update(`participants/${participant.id}`, { deactivated: false }),
        calls.admitted(participant.name),
      );
    refresh();
  };
  return (
    <div class="lobby">
      <p class="lobby-head">
        {calls.waiting(waiting.length)}
        {mayChange && waiting.length > 1 && (
          <button type="button" class="button primary small" disabled={busy} onClick={() => void admit(waiting)()}>
            {calls.admitAll}
          </button>
        )}
      </p>
      <ul>
        {waiting.map((person) => (
          <li key={person.participant.id}>
            <span class="lobby-name">{person.participant.name}</span>
            <span class="note digits">{stopwatch(now - person.participant.joinedAt)}</span>
            {mayChange && (
              <button
                type="button"
                class="button quiet small"
                disabled={busy}
                aria-label={`${calls.admit} ${person.participant.name}`}
                onClick={() => void admit([person])()}
              >
                {calls.admit}
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
