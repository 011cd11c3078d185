import { type Draft, isPresent, PRESENT, type Values } from "./form.ts";
import type { SchemaField } from "./schema.ts";

/** A field that two people changed to different values. Empty text: unset. */
export interface Clash {
  readonly field: string;
  readonly theirs: string;
  readonly mine: string;
}

/**
 * `mine` is what was to be sent: changed fields only. What only one side changed is no clash; nor are write-only values,
 * of which nobody can see whether they have changed.
 */
export function clashesOf(before: Values, theirs: Values, mine: Readonly<Record<string, string>>): readonly Clash[] {
  return Object.entries(mine)
    .filter(([field]) => before[field] !== PRESENT && theirs[field] !== PRESENT)
    .map(([field, text]) => ({ field, theirs: textOf(theirs[field]), mine: text }))
    .filter((clash) => clash.theirs !== clash.mine && textOf(before[clash.field]) !== clash.theirs);
}

/** The form on top of what is stored now: my changes, but theirs where I chose so. */
export function mergedDraft(
  fields: readonly SchemaField[],
  fresh: Draft,
  mine: Draft,
  changed: Readonly<Record<string, string>>,
  takeTheirs: ReadonlySet<string>,
): Draft {
  const entries = fields.map(({ name }) => {
    const isMine = name in changed && !takeTheirs.has(name);
    return [name, (isMine ? mine[name] : fresh[name]) ?? { ticked: false, text: "" }] as const;
  });
  return Object.fromEntries(entries);
}

function textOf(value: unknown): string {
  return isPresent(value) ? String(value) : "";
}
