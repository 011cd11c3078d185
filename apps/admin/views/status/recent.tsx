import type { EventEntry } from "../../model/answers.ts";
import { useStrings } from "../context.ts";
import { Empty, Section } from "../kit/page.tsx";
import { LogLines } from "../logs/lines.tsx";

/** The latest errors and warnings, with the way to the rest. */
export function Recent({ entries }: { readonly entries: readonly EventEntry[] }) {
  const { general } = useStrings();
  const toLog = (
    <a class="text-link" href="/logs/events">
      {general.toLog}
    </a>
  );
  return (
    <Section title={general.recent} flush actions={toLog}>
      {entries.length > 0 ? <LogLines entries={entries} label={general.recent} /> : <Empty>{general.noRecent}</Empty>}
    </Section>
  );
}
