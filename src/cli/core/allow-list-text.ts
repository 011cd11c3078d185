import { duration } from "#base";
import type { AllowListAnswer, AllowRuleView, ExplainAnswer, ImportAnswer } from "#core";
import { type Cell, type Column, count, type Look, plural, printable, table } from "#terminal";

const RULES: readonly Column[] = [
  { title: "Rule" },
  { title: "Match type" },
  { title: "Allowed", align: "right" },
  { title: "Nearest", align: "right" },
  { title: "Last used" },
];

/** Both tables of the guide in one: automatic rules first. What a row lacks in width stands below its URL. */
export function rulesText({ rules, allowed, refused }: AllowListAnswer, look: Look): string {
  const { paint } = look;
  const title = `HTTP allow list: ${plural(rules.length, "rule")}, ${count(allowed)} allowed, ${count(refused)} refused`;
  return [
    paint("title", title),
    ...(["automatic", "editable"] as const).flatMap((origin) => {
      const rows = rules.filter((rule) => rule.origin === origin).map((rule) => cells(rule, look));
      return rows.length > 0 ? ["", TITLES[origin], ...table(RULES, rows, paint)] : [];
    }),
  ].join("\n");
}

const TITLES = { automatic: "Automatic inbound rules", editable: "Editable inbound rules" } as const;

function cells(rule: AllowRuleView, { paint, now }: Look): Cell[] {
  const { id, origin, enabled, description, url, methods, match, allowed, nearMisses, lastUsedAt, problem } = rule;
  const name = origin === "editable" ? `${id}: ${printable(description)}` : printable(description);
  return [
    [
      printable(url),
      paint("dim", name.replace(/: $/, "")),
      paint("dim", methods.join(", ")),
      ...(enabled ? [] : [paint("warn", "off")]),
      ...(problem?.split("; ").map((line) => paint("warn", printable(line))) ?? []),
    ],
    match === "exact" ? "Exact" : "Prefix",
    count(allowed),
    count(nearMisses),
    lastUsedAt === undefined ? "never" : `${duration(now - lastUsedAt)} ago`,
  ];
}

export function refusalsText({ refusals }: AllowListAnswer, { paint, now }: Look): string {
  if (refusals.length === 0) return "Nothing was refused since the core runs.";
  return [
    paint("title", "Latest refusals"),
    ...refusals.flatMap(({ at, method, url, source, traceId, reason, nearest, count: times }) => [
      `  ${printable(method)} ${printable(url)}${times > 1 ? ` (${count(times)} times)` : ""}`,
      `    ${paint("bad", printable(reason))}${nearest ? `; nearest rule: ${printable(nearest)}` : ""}`,
      paint("dim", `    ${duration(now - at)} ago, from ${source || "unknown"}, trace ${traceId}`),
    ]),
  ].join("\n");
}

export function importText({ dryRun, added, changed, removed, unchanged }: ImportAnswer): string {
  const parts = [
    `${added} added`,
    `${changed} changed`,
    ...(removed > 0 ? [`${removed} removed`] : []),
    `${unchanged} as before`,
  ];
  return dryRun ? `It would be: ${parts.join(", ")}. Nothing was changed.` : `Done: ${parts.join(", ")}.`;
}

const COLUMNS: readonly Column[] = [{ title: "" }, { title: "Column" }, { title: "Asked" }, { title: "Nearest rule" }];

export function explanationText({ allowed, text, normalised, columns, notes }: ExplainAnswer, look: Look): string {
  const { paint } = look;
  const marks = columns.map(({ column, asked, wanted, fits }) => [
    fits === undefined ? "" : fits ? paint("good", "yes") : paint("bad", "no"),
    column,
    printable(asked),
    printable(wanted),
  ]);
  return [
    paint(allowed ? "good" : "bad", printable(text)),
    ...(normalised === undefined ? [] : [`The path decides and travels as ${printable(normalised)}`]),
    ...(allowed || marks.length === 0 ? [] : table(COLUMNS, marks, paint)),
    ...notes.map((note) => paint("warn", printable(note))),
  ].join("\n");
}
