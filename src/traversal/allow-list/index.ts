export { AllowList, type AllowListRules, type AllowListStatus, type RuleRow } from "./allow-list.ts";
export { type AllowListEntry, allowListRule, allowListSection, MAX_RULES, ruleOf } from "./config.ts";
export { type ColumnName, type ColumnVerdict, type Decision, decide, explain, ruleText } from "./decide.ts";
export type { Explanation } from "./explanation.ts";
export type { From, RefusalRow } from "./refusals.ts";
export {
  type Ask,
  automaticRules,
  DEFAULT_METHODS,
  type ListedHost,
  METHODS,
  type Method,
  type Protocol,
  type Rule,
  urlOf,
} from "./rule.ts";
export { normaliseTarget, type Target } from "./target.ts";
export { exportCsv, type ImportPlan, type ImportProblem, newRuleId, planImport } from "./transfer.ts";
