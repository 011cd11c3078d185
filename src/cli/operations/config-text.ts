import { stringify } from "yaml";
import type { ConfigAnswer } from "#operations";
import type { Look } from "#terminal";

/** "joinHosts.0.host" as a place in the file. */
export function keyPath(key: string): (string | number)[] {
  return key.split(".").map((part) => (/^\d{1,5}$/.test(part) ? Number(part) : part));
}

export function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((found, part) => (isObject(found) ? Reflect.get(found, part) : undefined), value);
}

export function configText(value: unknown, { needRestart }: ConfigAnswer, { paint }: Look): string {
  const text = stringify(value, { lineWidth: 0 }).trimEnd();
  const waiting = needRestart.map((key) => `# ${key} was changed in the file and waits for a restart`);
  return [text, ...waiting.map((line) => paint("warn", line))].join("\n");
}

export interface Change {
  readonly key: string;
  /** In the form of the file. */
  readonly before: unknown;
  readonly after: unknown;
  /** What the role says: bare keys, keys with old and new, and keys that need a restart. */
  readonly said: readonly string[];
}

export function changedText({ key, before, after, said }: Change, { paint }: Look): string {
  if (said.length === 0) return "Nothing changed: it has this value already.";
  const words = said.filter((line) => line.includes(" "));
  const own = `${key}: ${short(before)} -> ${short(after)}`;
  const lines = words.some((line) => line.startsWith(`${key}: `) && line.includes(" -> ")) ? words : [own, ...words];
  return [paint("title", "Changed:"), ...lines.map((line) => `  ${line}`)].join("\n");
}

/** On one line, however much it is. */
function short(value: unknown): string {
  if (value === undefined) return "(default)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
