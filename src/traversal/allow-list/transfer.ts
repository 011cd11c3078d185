import { type AllowListEntry, allowListRule, MAX_RULES, ruleOf, ruleUrlProblem } from "./config.ts";
import { type CsvRecord, formatCsv, parseCsv } from "./csv.ts";
import { METHODS, urlOf } from "./rule.ts";

/** Bytes of a CSV text. */
const MAX_BYTES = 256 * 1024;
const MAX_PROBLEMS = 100;

/** In the order of the export; a file may have them in any order, in any case, and only `Url` must be there. */
const COLUMNS = ["Id", "Description", "Url", "MatchType", "HttpMethods", "Enabled"] as const;
type Column = (typeof COLUMNS)[number];
/** Of other products' files; a core serves one deployment. */
const IGNORED = ["deployment"];

export interface ImportProblem {
  /** 1 is the header. */
  readonly line: number;
  /** Names the column. */
  readonly why: string;
}

/** What an import would do. With an error it does nothing. */
export interface ImportPlan {
  readonly errors: readonly ImportProblem[];
  readonly added: readonly AllowListEntry[];
  readonly changed: readonly AllowListEntry[];
  readonly removed: readonly AllowListEntry[];
  readonly unchanged: number;
  /** The whole list after it; as before if there are errors. */
  readonly rules: readonly AllowListEntry[];
}

/**
 * Compares a CSV text with the rules that are there. A row is a rule that is there if the id is the same, or, without an
 * id, the URL. `replace` takes away what the file does not have.
 */
export function planImport(csv: string, current: readonly AllowListEntry[], replace = false): ImportPlan {
  const nothing = { added: [], changed: [], removed: [], unchanged: 0, rules: current };
  const { entries, errors } = readEntries(csv, current);
  if (errors.length > 0) return { ...nothing, errors: errors.slice(0, MAX_PROBLEMS) };
  const before = new Map(current.map((entry) => [entry.id, entry]));
  const named = new Map(entries.map((entry) => [entry.id, entry]));
  const kept = current.filter(({ id }) => !replace || named.has(id)).map((entry) => named.get(entry.id) ?? entry);
  const added = entries.filter(({ id }) => !before.has(id));
  const rules = [...kept, ...added];
  if (rules.length > MAX_RULES)
    return { ...nothing, errors: [{ line: 1, why: `${rules.length} rules would be more than ${MAX_RULES}` }] };
  const changed = entries.filter(({ id }) => before.has(id)).filter((entry) => !same(entry, before.get(entry.id)!));
  const removed = current.filter(({ id }) => replace && !named.has(id));
  const unchanged = rules.length - added.length - changed.length;
  return { errors: [], added, changed, removed, unchanged, rules };
}

export function exportCsv(rules: readonly AllowListEntry[]): string {
  const rows = rules.map(({ id, description, url, match, methods, enabled }) => {
    const list = methods === "default" ? methods : methods.join(",");
    return [id, description, url, match, list, String(enabled)];
  });
  return formatCsv([COLUMNS, ...rows]);
}

/** A name for a new rule, made of its description or its URL, that none of the others has. */
export function newRuleId(rule: Pick<AllowListEntry, "description" | "url">, taken: Iterable<string>): string {
  const slug = (text: string) =>
    text
      .toLowerCase()
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .replace(/[^a-z0-9]+/g, "-")
      .slice(0, 50)
      .replace(/^-|-$/g, "");
  const base = slug(rule.description) || slug(rule.url.replace(/^[a-z]+:\/\//i, "")) || "rule";
  const others = new Set(taken);
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!others.has(id)) return id;
  }
}

function readEntries(csv: string, current: readonly AllowListEntry[]) {
  const failed = (line: number, why: string) => ({ entries: [], errors: [{ line, why }] });
  if (Buffer.byteLength(csv) > MAX_BYTES) return failed(1, `the file is over ${MAX_BYTES / 1024} KB`);
  const parsed = parseCsv(csv);
  if (!parsed.ok) return failed(parsed.line, parsed.reason);
  const [header, ...records] = parsed.records;
  if (!header) return failed(1, "the file is empty");
  const columns = readHeader(header);
  if (typeof columns === "string") return failed(header.line, columns);
  return readRecords(records, columns, current);
}

function readHeader({ fields }: CsvRecord): readonly (Column | undefined)[] | string {
  const columns = fields.map((field) => COLUMNS.find((name) => name.toLowerCase() === field.toLowerCase()));
  const unknown = fields.find((field, at) => !columns[at] && field && !IGNORED.includes(field.toLowerCase()));
  if (unknown) return `unknown column "${unknown}": known are ${COLUMNS.join(", ")}`;
  const twice = columns.find((name, at) => name && columns.indexOf(name) !== at);
  if (twice) return `the column ${twice} stands there twice`;
  return columns.includes("Url") ? columns : "the first line must name the columns, and one of them must be Url";
}

function readRecords(
  records: readonly CsvRecord[],
  columns: readonly (Column | undefined)[],
  current: readonly AllowListEntry[],
) {
  const entries: AllowListEntry[] = [];
  const errors: ImportProblem[] = [];
  const ids = new Map(current.map((entry) => [keyOf(entry), entry.id]));
  const seen = new Map<string, number>();
  const taken = new Set(current.map(({ id }) => id));
  for (const { line, fields } of records) {
    const row = rowOf(fields, columns);
    const entry =
      typeof row === "string" ? row : entryOf(row, (draft) => ids.get(keyOf(draft)) ?? newRuleId(draft, taken));
    const first = typeof entry === "string" ? undefined : seen.get(entry.id);
    if (typeof entry === "string") errors.push({ line, why: entry });
    else if (first) errors.push({ line, why: `the same rule as in line ${first}` });
    else {
      entries.push(entry);
      taken.add(entry.id);
      seen.set(entry.id, line);
      ids.set(keyOf(entry), entry.id);
    }
  }
  return { entries, errors };
}

type Row = Partial<Record<Column, string>>;

function rowOf(fields: readonly string[], columns: readonly (Column | undefined)[]): Row | string {
  if (fields.slice(columns.length).some(Boolean)) return `${fields.length} fields for ${columns.length} columns`;
  return Object.fromEntries(columns.flatMap((name, at) => (name && fields[at] ? [[name, fields[at]]] : [])));
}

const SWITCH: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

/** A rule, or why it is none. */
function entryOf(row: Row, idFor: (draft: AllowListEntry) => string): AllowListEntry | string {
  const { Url: url = "", Description: description = "", MatchType = "exact", HttpMethods = "default" } = row;
  const problem = url ? ruleUrlProblem(url) : "is missing";
  if (problem) return `Url: ${problem}`;
  const enabled = SWITCH[(row.Enabled ?? "true").toLowerCase()];
  if (enabled === undefined) return `Enabled: "${row.Enabled}" is neither true nor false`;
  const match = MatchType.toLowerCase();
  if (match !== "exact" && match !== "prefix") return `MatchType: "${MatchType}" is neither exact nor prefix`;
  const methods = methodsOf(HttpMethods);
  if (typeof methods === "string" && methods !== "default") return methods;
  const draft = { id: "x", description, url, match, methods, enabled } as AllowListEntry;
  const checked = allowListRule.safeParse({ ...draft, id: row.Id ?? idFor(draft) });
  if (checked.success) return checked.data;
  const { path, message } = checked.error.issues[0]!;
  return `${COLUMNS.find((name) => name.toLowerCase() === path[0]) ?? String(path[0])}: ${message}`;
}

function methodsOf(text: string): AllowListEntry["methods"] | string {
  if (text.toLowerCase() === "default") return "default";
  const words = text
    .toUpperCase()
    .split(/[\s,;|]+/)
    .filter(Boolean);
  const unknown = words.find((word) => !METHODS.some((method) => method === word));
  if (unknown) return `HttpMethods: "${unknown}" is none of ${METHODS.join(", ")}`;
  return METHODS.filter((method) => words.includes(method));
}

/** What a rule is about: two of the same would be one. */
function keyOf(entry: AllowListEntry): string {
  return `${entry.match} ${urlOf(ruleOf(entry))}`;
}

function same(a: AllowListEntry, b: AllowListEntry): boolean {
  const text = (entry: AllowListEntry) => exportCsv([entry]);
  return text(a) === text(b);
}
