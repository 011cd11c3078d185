import type { ConfigAnswer } from "./answers.ts";
import { hostPort } from "./format.ts";

/** One key of a role's file, as a page shows it. */
export interface ConfigField {
  /** "turn.relay.ports" */
  readonly key: string;
  readonly kind: "text" | "number" | "switch" | "choice" | "lines";
  /** Of a choice, as written in the file. */
  readonly choices?: readonly string[];
  /** Choices that are numbers in the file. */
  readonly isNumber?: boolean;
}

/** What is in the form: text for each key; "true" or "false" of a switch; one value a line. */
export type ConfigDraft = Readonly<Record<string, string>>;

export interface ConfigChange {
  readonly path: readonly (string | number)[];
  /** Left out: the key is taken away, and its default holds. */
  readonly value?: unknown;
}

/** As written in the file; what is left out there, as it holds. */
export function configDraft(
  fields: readonly ConfigField[],
  config: Pick<ConfigAnswer, "written" | "holds">,
): ConfigDraft {
  return Object.fromEntries(
    fields.map(({ key }) => {
      const written = valueAt(config.written, key);
      return [key, textOfValue(written === undefined ? valueAt(config.holds, key) : written)];
    }),
  );
}

/** What differs between two drafts, as the role wants it. An emptied text is taken out of the file. */
export function configChanges(
  fields: readonly ConfigField[],
  before: ConfigDraft,
  draft: ConfigDraft,
): readonly ConfigChange[] {
  return fields
    .filter(({ key }) => normal(before[key]) !== normal(draft[key]))
    .map((field) => {
      const path = field.key.split(".");
      const value = typedValue(field, draft[field.key] ?? "");
      return value === undefined ? { path } : { path, value };
    });
}

/** Keys whose text is no value at all; the role checks the rest. */
export function configProblems(fields: readonly ConfigField[], draft: ConfigDraft): readonly string[] {
  return fields
    .filter(({ key, kind }) => kind === "number" && !/^\s*\d*\s*$/.test(draft[key] ?? ""))
    .map(({ key }) => key);
}

/** The key itself, or one above it, is in the list. */
export function isBelow(keys: readonly string[], key: string): boolean {
  return keys.some((one) => key === one || key.startsWith(`${one}.`));
}

/** The field that a refusal names: "`turn.listen.0`: no address". The longest key that stands in it as a whole word. */
export function fieldNamedIn(fields: readonly ConfigField[], message: string): string | undefined {
  const words = message.match(/[\w.]*\w/g) ?? [];
  const fits = fields.map(({ key }) => key).filter((key) => words.some((word) => isBelow([key], word)));
  return fits.sort((a, b) => b.length - a.length)[0];
}

export function valueAt(root: unknown, key: string): unknown {
  let value = root;
  for (const step of key.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}

function typedValue({ kind, isNumber }: ConfigField, text: string): unknown {
  const trimmed = text.trim();
  switch (kind) {
    case "switch":
      return text === "true";
    case "lines":
      return linesOf(text);
    case "number":
      return trimmed === "" ? undefined : Number(trimmed);
    case "choice":
      return trimmed === "" ? undefined : isNumber ? Number(trimmed) : trimmed;
    case "text":
      return trimmed === "" ? undefined : trimmed;
  }
}

export function linesOf(text: string): readonly string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function normal(text = ""): string {
  return linesOf(text).join("\n");
}

/** As it would be written: addresses with their port, ranges, lists a line each. */
export function textOfValue(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(textOfValue).join("\n");
  if (typeof value !== "object") return String(value);
  const { address, port, first, last } = value as Readonly<Record<string, unknown>>;
  if (typeof address === "string" && typeof port === "number") return hostPort(address, port);
  if (typeof first === "number" && typeof last === "number") return `${first}-${last}`;
  return JSON.stringify(value);
}
