import { stripVTControlCharacters } from "node:util";
import type { Paint } from "./look.ts";

export interface Column {
  readonly title: string;
  readonly align?: "right";
}

/** Several lines stand below each other. Text may be painted. */
export type Cell = string | readonly string[];

export interface Layout {
  /** None if no column has a title. */
  readonly titles: readonly string[];
  /** The lines of each row. */
  readonly rows: readonly (readonly string[])[];
  /** Of the widest possible line. */
  readonly width: number;
}

const INDENT = "  ";
const GAP = "  ";

/** Aligned columns under their titles. Lines have no blanks at their end. */
export function layout(columns: readonly Column[], rows: readonly (readonly Cell[])[], paint: Paint): Layout {
  const widths = widthsOf(columns, rows);
  const line = (cells: readonly string[]) =>
    `${INDENT}${columns.map((column, i) => pad(cells[i] ?? "", widths[i]!, column)).join(GAP)}`.trimEnd();
  return {
    titles: columns.some(({ title }) => title) ? [paint("dim", line(columns.map(({ title }) => title)))] : [],
    rows: rows.map((row) => linesOf(row).map(line)),
    width: widths.reduce((sum, width) => sum + width + GAP.length, INDENT.length - GAP.length),
  };
}

export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], paint: Paint): string[] {
  const { titles, rows: drawn } = layout(columns, rows, paint);
  return [...titles, ...drawn.flat()];
}

/** Names and values: "  Realm  turnpike". */
export function facts(rows: readonly (readonly [string, Cell])[], paint: Paint): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  const named = rows.map(([name, value]): Cell[] => [paint("dim", name.padEnd(width)), value]);
  return table([{ title: "" }, { title: "" }], named, paint);
}

/** Words joined by ", " into lines of at most `width`; a word that is longer has a line of its own. */
export function flow(words: readonly string[], width: number): string[] {
  const out: string[] = [];
  words.forEach((word, i) => {
    const text = i < words.length - 1 ? `${word},` : word;
    const last = out.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= width) out[out.length - 1] = `${last} ${text}`;
    else out.push(text);
  });
  return out;
}

export function lines(cell: Cell): readonly string[] {
  return typeof cell === "string" ? [cell] : cell;
}

function widthsOf(columns: readonly Column[], rows: readonly (readonly Cell[])[]): number[] {
  return columns.map(({ title }, i) => {
    const cells = rows.flatMap((row) => lines(row[i] ?? ""));
    return cells.reduce((width, cell) => Math.max(width, seen(cell)), title.length);
  });
}

function linesOf(row: readonly Cell[]): string[][] {
  const cells = row.map(lines);
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, at) => cells.map((cell) => cell[at] ?? ""));
}

function pad(text: string, width: number, { align }: Column): string {
  const blanks = " ".repeat(width - seen(text));
  return align === "right" ? blanks + text : text + blanks;
}

/** Columns that a text takes on the terminal; what paints it takes none. */
function seen(text: string): number {
  return stripVTControlCharacters(text).length;
}
