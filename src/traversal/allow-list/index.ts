export { AllowListCounters, type RuleCount } from "./counters.ts";
export { type Decision, decide, explain, ruleText } from "./decide.ts";
export { type Ask, automaticRules, type Method, type Protocol, type Rule } from "./rule.ts";
export { normaliseTarget, type Target } from "./target.ts";
