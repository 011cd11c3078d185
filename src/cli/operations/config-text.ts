import { stringify } from "yaml";
import { canonicalAddress } from "#base";
import type { ConfigAnswer } from "#operations";
import type { Look } from "#terminal";

/** "joinHosts.0.host" as a place in the file. */
export function keyPath(key: string): (string | number)[] {
  return key.split(".").map((part) => (/^\d{1,5}$/.test(part) ? Number(part) : part));
}

export function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((found, part) => (isObject(found) ? Reflect.get(found, part) : undefined), value);
}

/** What holds, in the form of the file where the file says it, and where it does not, as the file would say it. */
export function written(holds: unknown, file: unknown): unknown {
  if (Array.isArray(holds) && Array.isArray(file) && holds.length === file.length)
    return holds.map((value, i) => written(value, file[i]));
  if (file !== undefined && !(isRecord(holds) && isRecord(file))) return file;
  if (Array.isArray(holds)) return prefixOf(holds) ?? holds.map((value) => written(value, undefined));
  if (!isRecord(holds)) return holds;
  const { address, port, first, last } = holds;
  const keys = Object.keys(holds).length;
  if (keys === 2 && typeof address === "string" && typeof port === "number")
    return `${address.includes(":") ? `[${address}]` : address}:${port}`;
  if (keys === 2 && typeof first === "number" && typeof last === "number") return `${first}-${last}`;
  const below = isRecord(file) ? file : {};
  return Object.fromEntries(Object.entries(holds).map(([key, value]) => [key, written(value, below[key])]));
}

/** A prefix comes as an address in bytes (or 16-bit parts) and its length. */
function prefixOf([address, length, ...rest]: readonly unknown[]): string | undefined {
  if (!isRecord(address) || typeof length !== "number" || rest.length > 0) return undefined;
  const { octets, parts } = address;
  if (Array.isArray(octets)) return `${octets.join(".")}/${length}`;
  if (!Array.isArray(parts)) return undefined;
  return `${canonicalAddress(parts.map((part) => Number(part).toString(16)).join(":"))}/${length}`;
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !Array.isArray(value);
}
