import type { RecordFields } from "./describe.ts";
import type { Item } from "./outbox/item.ts";

export interface RecordsHead {
  /** Of the queue: with `recordIndex` it names a record for ever, also if it comes twice. */
  readonly session: string;
  readonly callBridge: string;
}

/** The body of a CDR push. `missing` records were dropped before the first of these. */
export function recordsXml({ session, callBridge }: RecordsHead, items: readonly Item[], missing: number): string {
  const records = items.map((item, i) => recordXml(item, i === 0 ? missing : 0)).join("");
  return `<?xml version="1.0"?>\n<records${attributes({ session, callBridge })}>\n${records}</records>\n`;
}

function recordXml({ index, correlatorIndex, description }: Item, missing: number): string {
  const { type, at, element: name, id, fields } = description;
  const head = attributes({
    type,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    recordIndex: index,
    correlatorIndex,
    // The CMS spells it so.
    numPreceedingRecordsMissing: missing > 0 ? missing : undefined,
  });
  return `<record${head}>${element(name, fields, attributes({ id }))}</record>\n`;
}

/** Without space between elements: some readers would take it for text. */
function element(name: string, value: RecordFields[string], head = ""): string {
  if (value === undefined) return "";
  const inner =
    typeof value === "object"
      ? Object.entries(value).map(([child, one]) => element(child, one))
      : [escaped(String(value))];
  return `<${name}${head}>${inner.join("")}</${name}>`;
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? "" : ` ${name}="${escaped(String(value))}"`))
    .join("");
}

// Characters that XML 1.0 (2.2) cannot carry, not even escaped.
const IMPOSSIBLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const MARKUP = /[&<>"\t\n\r]/g;
const NAMED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text or attribute value. Line ends are escaped so that they come back as they were (XML 1.0, 2.11 and 3.3.3). */
function escaped(text: string): string {
  return text.replace(IMPOSSIBLE, "\ufffd").replace(MARKUP, (c) => NAMED[c] ?? `&#${c.charCodeAt(0)};`);
}
