import type { ComponentChildren } from "preact";
import type { FailureView } from "../../model/answers.ts";
import { Mark, type MarkState } from "./marks.tsx";

interface Props {
  readonly trouble: FailureView;
  readonly state?: MarkState;
  /** Beside its code. */
  readonly more?: ComponentChildren;
}

/** What went wrong, what to do about it, and its code. */
export function Trouble({ trouble: { message, remedy, code }, state = "bad", more }: Props) {
  return (
    <>
      <Mark state={state}>{message}</Mark>
      {remedy && <p>{remedy}</p>}
      <p class="note">
        <code>{code}</code>
        {more && <> · {more}</>}
      </p>
    </>
  );
}
