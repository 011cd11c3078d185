import type { ComponentChildren } from "preact";
import { draw } from "../../model/sparkline.ts";

export type MarkState = "good" | "waiting" | "bad" | "off";

/** A state in words with a coloured dot: colour alone tells nothing. */
export function Mark({ state, children }: { readonly state: MarkState; readonly children: ComponentChildren }) {
  return <span class={`mark ${state}`}>{children}</span>;
}

export function Badge({
  kind,
  children,
}: {
  readonly kind?: "accent" | "amber" | "bad";
  readonly children: ComponentChildren;
}) {
  return <span class={`badge ${kind ?? ""}`}>{children}</span>;
}

interface SparklineProps {
  readonly values: readonly number[];
  readonly width: number;
  readonly height: number;
  /** The scale reaches at least this. */
  readonly least?: number;
  /** What it shows; without it, it is decoration beside a number. */
  readonly label?: string;
}

export function Sparkline({ values, width, height, least, label }: SparklineProps) {
  const drawing = draw(values, width, height, least);
  const lines = (
    <>
      <path class="ground" d={`M0 ${height - 0.5}H${width}`} />
      {drawing && <path class="area" d={drawing.area} />}
      {drawing && <path class="line" d={drawing.line} />}
    </>
  );
  const box = { class: "sparkline", viewBox: `0 0 ${width} ${height}`, width, height };
  return label ? (
    <svg {...box} preserveAspectRatio="none" role="img" aria-label={label}>
      {lines}
    </svg>
  ) : (
    <svg {...box} aria-hidden="true">
      {lines}
    </svg>
  );
}
