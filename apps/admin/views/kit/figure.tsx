import { useRef } from "preact/hooks";
import { type History, remember } from "../../model/sparkline.ts";
import { useStrings } from "../context.ts";
import { Sparkline } from "./marks.tsx";

/** The values since the page was opened; a new one with each new time. */
export function useHistory(value: number, at: number): readonly number[] {
  const kept = useRef<{ at: number; history: History | undefined }>({ at: -1, history: undefined });
  if (kept.current.at !== at) kept.current = { at, history: remember(kept.current.history, value) };
  return kept.current.history?.values ?? [];
}

/** Of something that only grows: how much more a second. 0 until there are two values; never less, if it began anew. */
export function useRate(total: number, at: number): number {
  const before = useRef<{ at: number; total: number; rate: number }>({ at: -1, total: 0, rate: 0 });
  const { at: last, total: least } = before.current;
  if (last !== at) {
    const rate = last < 0 ? 0 : Math.max(0, ((total - least) / (at - last)) * 1000);
    before.current = { at, total, rate };
  }
  return before.current.rate;
}

interface Props {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly values?: readonly number[];
  /** The scale reaches at least this. */
  readonly least?: number;
}

/** A number with what it means, over its last two minutes. Inside a `dl.numbers`. */
export function Figure({ name, value, note, values, least }: Props) {
  const { general } = useStrings();
  return (
    <div class="card figure">
      <dt>{name}</dt>
      <dd class="figure-value">{value}</dd>
      <dd class="note">{note}</dd>
      {values && (
        <dd class="figure-chart">
          <Sparkline values={values} width={240} height={40} least={least ?? 1} label={general.chart(name)} />
        </dd>
      )}
    </div>
  );
}
