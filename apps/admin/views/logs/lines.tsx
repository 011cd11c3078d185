import type { EventEntry } from "../../model/answers.ts";
import { utc } from "../../model/format.ts";
import { useStrings } from "../context.ts";
import { Mark } from "../kit/marks.tsx";

const STATES = { info: "off", warning: "waiting", error: "bad" } as const;

/** Lines of the event log, in the order in which they are given. */
export function LogLines({ entries, label }: { readonly entries: readonly EventEntry[]; readonly label: string }) {
  const { logs } = useStrings();
  return (
    <ol class="log" aria-label={label}>
      {entries.map((entry) => {
        const { date, time } = utc(entry.at);
        return (
          <li key={entry.sequence} class={entry.level}>
            <time dateTime={new Date(entry.at).toISOString()}>
              <span class="log-date">{date}</span> {time}
            </time>
            <Mark state={STATES[entry.level]}>{logs.events.levels[entry.level]}</Mark>
            <span class="log-text">
              {entry.text}
              {entry.subsystem !== "general" && <span class="log-trace">{logs.events.subsystem(entry.subsystem)}</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
