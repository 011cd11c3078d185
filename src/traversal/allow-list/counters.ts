import type { Decision } from "./decide.ts";
import { ruleText } from "./decide.ts";
import type { Rule } from "./rule.ts";

export interface RuleCount {
  readonly rule: Rule;
  readonly text: string;
  readonly allowed: number;
  /** How often this rule came closest to what was refused. */
  readonly nearMisses: number;
}

/** Counts decisions per rule, for the status page. */
export class AllowListCounters {
  readonly #rules: readonly Rule[];
  readonly #allowed = new Map<Rule, number>();
  readonly #near = new Map<Rule, number>();
  #refused = 0;

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  count(decision: Decision): void {
    if (!decision.allowed) this.#refused++;
    const rule = decision.allowed ? decision.rule : decision.nearest;
    if (rule) bump(decision.allowed ? this.#allowed : this.#near, rule);
  }

  get refused(): number {
    return this.#refused;
  }

  rows(): RuleCount[] {
    return this.#rules.map((rule) => ({
      rule,
      text: ruleText(rule),
      allowed: this.#allowed.get(rule) ?? 0,
      nearMisses: this.#near.get(rule) ?? 0,
    }));
  }
}

function bump(counts: Map<Rule, number>, rule: Rule): void {
  counts.set(rule, (counts.get(rule) ?? 0) + 1);
}
