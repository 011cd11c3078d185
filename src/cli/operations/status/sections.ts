import { duration } from "#base";
import type { Cell, Look } from "#terminal";
import { facts } from "#terminal";

interface Named {
  readonly now: number;
  readonly name: string;
  readonly version: string;
  readonly startedAt: number;
}

/** "Edge edge1, version 0.1.0, running for 3 d 4 h" */
export function headline(role: string, { now, name, version, startedAt }: Named, { paint }: Look): string {
  return `${paint("title", `${role} ${name}`)}, version ${version}, running for ${duration(now - startedAt)}`;
}

/** Lines under a title, with an empty line before; nothing if there are none. */
export function section(title: string, lines: readonly string[], { paint }: Look): string[] {
  return lines.length > 0 ? ["", paint("title", title), ...lines] : [];
}

/** Names as wide as the longest of all sections, so that the values of all stand in one column. */
export function sectionFacts(rows: readonly (readonly [string, Cell])[], { paint }: Look): string[] {
  return facts(
    rows.map(([name, value]) => [name.padEnd(NAME_WIDTH), value]),
    paint,
  );
}

const NAME_WIDTH = 11;
