import type { Alarm } from "../../model/answers.ts";
import { duration } from "../../model/format.ts";
import { useStrings } from "../context.ts";
import { Mark } from "../kit/marks.tsx";

interface Props {
  readonly alarms: readonly Alarm[];
  readonly now: number;
  /** Wrong without an alarm of its own: said only if there is none. */
  readonly also?: { readonly code: string; readonly detail: string } | undefined;
}

/** What is wrong now and what to do about it, or that nothing is. */
export function Faults({ alarms, now, also }: Props) {
  const { general } = useStrings();
  if (alarms.length === 0 && !also)
    return (
      <section class="card section calm" aria-labelledby="faults">
        <h2 id="faults">
          <Mark state="good">{general.noFaults}</Mark>
        </h2>
        <p class="note">{general.noFaultsText}</p>
      </section>
    );
  return (
    <section class="card section faults" aria-labelledby="faults">
      <h2 id="faults">{general.faults}</h2>
      <ul>
        {also && alarms.length === 0 && (
          <li>
            <p class="fault">{general.noMedia}</p>
            <p class="note">
              {also.detail} <code>{also.code}</code>
            </p>
          </li>
        )}
        {alarms.map((alarm) => (
          <Fault key={alarm.id} alarm={alarm} now={now} />
        ))}
      </ul>
    </section>
  );
}

function Fault({ alarm, now }: { readonly alarm: Alarm; readonly now: number }) {
  const { general } = useStrings();
  return (
    <li>
      <p class="fault">{alarm.text}</p>
      <p>{alarm.remedy}</p>
      <p class="note">
        <code>{alarm.type}</code> · {general.since(duration(now - alarm.raisedAt))}
      </p>
    </li>
  );
}
