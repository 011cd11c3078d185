import type { Ask, Rule } from "./rule.ts";

export type Decision =
  | { readonly allowed: true; readonly rule: Rule }
  | {
      readonly allowed: false;
      /** What the nearest rule wants and the request lacks. */
      readonly reason: string;
      /** The rule that fails latest in the order host, port, protocol, path, method; none if the list is empty. */
      readonly nearest: Rule | undefined;
    };

/** Each column of a rule in the order in which a reader would compare them. */
const COLUMNS: readonly { readonly fits: (ask: Ask, rule: Rule) => boolean; readonly want: (rule: Rule) => string }[] =
  [
    { fits: (ask, rule) => ask.host === rule.host, want: (rule) => `host must be ${rule.host}` },
    { fits: (ask, rule) => ask.port === rule.port, want: (rule) => `port must be ${rule.port}` },
    { fits: (ask, rule) => ask.protocol === rule.protocol, want: (rule) => `protocol must be ${rule.protocol}` },
    { fits: pathFits, want: (rule) => `path must ${rule.match === "exact" ? "be" : "begin with"} ${rule.path}` },
    {
      fits: (ask, rule) => rule.methods.some((method) => method === ask.method),
      want: (rule) => `method must be one of ${rule.methods.join(", ")}`,
    },
  ];

/** The first rule that fits allows; otherwise the answer says how close the closest one came. */
export function decide(ask: Ask, rules: readonly Rule[]): Decision {
  let nearest: { rule: Rule; column: number } | undefined;
  for (const rule of rules) {
    const column = COLUMNS.findIndex(({ fits }) => !fits(ask, rule));
    if (column < 0) return { allowed: true, rule };
    if (!nearest || column > nearest.column) nearest = { rule, column };
  }
  if (!nearest) return { allowed: false, reason: "the allow list is empty", nearest: undefined };
  return { allowed: false, reason: COLUMNS[nearest.column]!.want(nearest.rule), nearest: nearest.rule };
}

/** One line for a log or a page: what was asked, what came of it, and by which rule. */
export function explain(ask: Ask, decision: Decision): string {
  const asked = `${ask.method} ${ask.protocol}://${ask.host}:${ask.port}${ask.path}`;
  if (decision.allowed) return `${asked} is allowed by "${ruleText(decision.rule)}"`;
  const near = decision.nearest ? `; nearest rule: "${ruleText(decision.nearest)}"` : "";
  return `${asked} is refused: ${decision.reason}${near}`;
}

export function ruleText(rule: Rule): string {
  const path = rule.match === "exact" ? rule.path : `${rule.path}*`;
  return `${rule.methods.join(",")} ${rule.protocol}://${rule.host}:${rule.port}${path}`;
}

function pathFits(ask: Ask, rule: Rule): boolean {
  if (ask.path === rule.path) return true;
  if (rule.match === "exact") return false;
  return ask.path.startsWith(rule.path.endsWith("/") ? rule.path : `${rule.path}/`);
}
