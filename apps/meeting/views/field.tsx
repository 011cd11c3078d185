import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Given {
  readonly id: string;
  readonly class: string;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string | undefined;
}

interface Props {
  readonly label: string;
  /** Said beside the label of what may be left empty. */
  readonly optional?: string | undefined;
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
  readonly children: (given: Given) => ComponentChildren;
}

/** A label, its input, and beneath it what is wrong or what helps. */
export function Field({ label, optional, hint, problem, children }: Props) {
  const id = useId();
  const note = problem ?? hint;
  return (
    <div class="field">
      <label for={id}>
        {label}
        {optional && <span class="optional"> {optional}</span>}
      </label>
      {children({
        id,
        class: "input",
        "aria-invalid": problem !== undefined,
        "aria-describedby": note ? `${id}-note` : undefined,
      })}
      {note && (
        <p id={`${id}-note`} class={problem ? "note problem" : "note"} role={problem ? "alert" : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}
