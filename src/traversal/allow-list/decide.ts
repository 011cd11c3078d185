import { type Ask, type Rule, urlOf } from "./rule.ts";

export type ColumnName = "host" | "port" | "protocol" | "path" | "method";

export type Decision =
  | { readonly allowed: true; readonly rule: Rule }
  | {
      readonly allowed: false;
      /** What the nearest rule wants and the request lacks. */
      readonly reason: string;
      /** The rule that fails latest in the order host, port, protocol, path, method; none if the list is empty. */
      readonly nearest: Rule | undefined;
    };

interface Column {
  readonly name: ColumnName;
  readonly fits: (ask: Ask, rule: Rule) => boolean;
  readonly asked: (ask: Ask) => string;
  /** In words that follow the column's name. */
  readonly want: (rule: Rule) => string;
}

/** Each column of a rule in the order in which a reader would compare them. */
const COLUMNS: readonly Column[] = [
  {
    name: "host",
    fits: (ask, rule) => ask.host === rule.host,
    asked: ({ host }) => host,
    want: ({ host }) => `must be ${host}`,
  },
  {
    name: "port",
    fits: (ask, rule) => ask.port === rule.port,
    asked: ({ port }) => String(port),
    want: ({ port }) => `must be ${port}`,
  },
  {
    name: "protocol",
    fits: (ask, rule) => ask.protocol === rule.protocol,
    asked: ({ protocol }) => protocol,
    want: ({ protocol }) => `must be ${protocol}`,
  },
  {
    name: "path",
    fits: pathFits,
    asked: ({ path }) => path,
    want: ({ match, path }) => `must ${match === "exact" ? "be" : "begin with"} ${path}`,
  },
  {
    name: "method",
    fits: (ask, rule) => (rule.methods as readonly string[]).includes(ask.method),
    asked: ({ method }) => method,
    want: ({ methods }) => `must be one of ${methods.join(", ")}`,
  },
];

/** The first enabled rule that fits allows; otherwise the answer says how close the closest one came. */
export function decide(ask: Ask, rules: readonly Rule[]): Decision {
  let nearest: { rule: Rule; column: number } | undefined;
  for (const rule of rules) {
    const failing = COLUMNS.findIndex(({ fits }) => !fits(ask, rule));
    if (failing < 0 && rule.enabled) return { allowed: true, rule };
    const column = failing < 0 ? COLUMNS.length : failing;
    if (!nearest || column > nearest.column) nearest = { rule, column };
  }
  if (!nearest) return { allowed: false, reason: "the allow list is empty", nearest: undefined };
  const wanting = COLUMNS[nearest.column];
  const reason = wanting ? `${wanting.name} ${wanting.want(nearest.rule)}` : "the rule that would allow it is off";
  return { allowed: false, reason, nearest: nearest.rule };
}

export interface ColumnVerdict {
  readonly column: ColumnName;
  readonly asked: string;
  readonly wanted: string;
  /** Undefined behind the first that does not fit: those are not looked at. */
  readonly fits: boolean | undefined;
}

/** A rule compared with what was asked, for a page that draws it. */
export function compare(ask: Ask, rule: Rule): readonly ColumnVerdict[] {
  const failing = COLUMNS.findIndex(({ fits }) => !fits(ask, rule));
  return COLUMNS.map(({ name, asked, want }, at) => ({
    column: name,
    asked: asked(ask),
    wanted: want(rule),
    fits: failing < 0 || at < failing ? true : at === failing ? false : undefined,
  }));
}

/** One line for a log or a page: what was asked, what came of it, and by which rule. */
export function explain(ask: Ask, decision: Decision): string {
  const asked = `${ask.method} ${urlOf(ask)}`;
  if (decision.allowed) return `${asked} is allowed by "${ruleText(decision.rule)}"`;
  const near = decision.nearest ? `; nearest rule: "${ruleText(decision.nearest)}"` : "";
  return `${asked} is refused: ${decision.reason}${near}`;
}

/** "GET,POST https://join.example.com/api*" */
export function ruleText(rule: Rule): string {
  return `${rule.methods.join(",")} ${urlOf(rule)}${rule.match === "exact" ? "" : "*"}`;
}

function pathFits(ask: Ask, rule: Rule): boolean {
  if (ask.path === rule.path) return true;
  if (rule.match === "exact") return false;
  return ask.path.startsWith(rule.path.endsWith("/") ? rule.path : `${rule.path}/`);
}
