import type { Step } from "../model/steps.ts";
import { useStrings } from "./strings.ts";

/** The stops of a join, along a road: passed, at, ahead, or where it broke. */
export function Road({ steps }: { readonly steps: readonly Step[] }) {
  const strings = useStrings();
  return (
    <ol class="road">
      {steps.map(({ id, state, took }) => {
        const here = state === "current" || state === "failed";
        return (
          <li
            key={id}
            class={`stop stop-${state}`}
            aria-current={here ? "step" : undefined}
            data-testid={here ? "step-current" : undefined}
            data-step={id}
          >
            <span class="stop-mark" />
            <span class="stop-name">{strings.steps[id]}</span>
            {state === "done" && took !== undefined && <span class="stop-took">{seconds(took, strings.language)}</span>}
          </li>
        );
      })}
    </ol>
  );
}

function seconds(ms: number, language: string): string {
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: "second",
    unitDisplay: "narrow",
    maximumFractionDigits: 1,
    minimumFractionDigits: 1,
  }).format(ms / 1000);
}
