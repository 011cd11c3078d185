import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface Column {
  readonly head: string;
  /** "number": to the right. "wide": only where there is room. "actions": its heading is heard, not seen. */
  readonly kind?: "number" | "wide" | "actions" | "number wide" | undefined;
}

interface Props {
  /** Heard by those who do not see the heading above it. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** On a phone each row becomes a block of lines with the column's heading before each value. */
  readonly cards?: boolean;
  readonly children: ComponentChildren;
}

/** Scrolls sideways in itself, by keyboard too, rather than make the page wider than the window. */
export function Table({ caption, columns, cards = false, children }: Props) {
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => {
    if (cards && table.current) labelCells(table.current, columns);
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class={cards ? "table-scroll cards" : "table-scroll"} tabIndex={0} aria-label={caption}>
      <table ref={table}>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, kind = "" }) => (
              <th key={head} scope="col" class={kind}>
                {kind === "actions" ? <span class="unseen">{head}</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

/** The stylesheet shows these where the table's head is not: the same words, so nothing is read twice. */
function labelCells(table: HTMLTableElement, columns: readonly Column[]): void {
  for (const row of table.tBodies[0]?.rows ?? [])
    for (const [i, cell] of [...row.cells].entries())
      if (cell.colSpan === 1 && columns[i]?.kind !== "actions") cell.dataset.label = columns[i]?.head ?? "";
}

/** Grey bars where rows will be: the page does not jump when they come. */
export function Skeleton({ rows = 4 }: { readonly rows?: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} class="bar" />
      ))}
    </div>
  );
}
