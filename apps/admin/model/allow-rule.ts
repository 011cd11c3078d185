import type { AllowRuleBody, AllowRuleView } from "./answers.ts";

/** Those that a rule may be about; the first five are the defaults. */
export const METHODS = ["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"] as const;

export interface RuleDraft {
  readonly description: string;
  readonly url: string;
  readonly match: "exact" | "prefix";
  /** Undefined: the defaults. */
  readonly methods: readonly string[] | undefined;
  readonly enabled: boolean;
}

export function ruleDraft(rule: AllowRuleView | undefined): RuleDraft {
  if (!rule) return { description: "", url: "", match: "exact", methods: undefined, enabled: true };
  const { description, url, match, enabled } = rule;
  return { description, url, match, enabled, methods: rule.defaultMethods ? undefined : rule.methods };
}

export type RuleProblem = "description" | "url" | "methods";

export function ruleProblems({ description, url, methods }: RuleDraft): readonly RuleProblem[] {
  const problems: RuleProblem[] = [];
  if (description.trim() === "") problems.push("description");
  if (!/^(https|wss):\/\/[^\s/]+/i.test(url.trim()) || !URL.canParse(url.trim())) problems.push("url");
  if (methods?.length === 0) problems.push("methods");
  return problems;
}

export function ruleBody({ description, url, match, methods, enabled }: RuleDraft): AllowRuleBody {
  return { description: description.trim(), url: url.trim(), match, methods: methods ?? "default", enabled };
}

/** In the order of the table, whatever the order of the ticks. */
export function toggled(methods: readonly string[], method: string): readonly string[] {
  const rest = methods.filter((one) => !(METHODS as readonly string[]).includes(one));
  const known = METHODS.filter((one) => (one === method ? !methods.includes(one) : methods.includes(one)));
  return [...known, ...rest];
}
