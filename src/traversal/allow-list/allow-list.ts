import type { Clock, Log } from "#base";
import { type AllowListEntry, ruleOf } from "./config.ts";
import { type Decision, decide } from "./decide.ts";
import { type Explanation, explainUrl } from "./explanation.ts";
import { type From, type RefusalRow, Refusals } from "./refusals.ts";
import { type Ask, automaticRules, type ListedHost, type Rule, TUNNEL_PORT, urlOf } from "./rule.ts";

export interface RuleRow extends Rule {
  readonly url: string;
  readonly allowed: number;
  /** How often this rule came closest to what was refused. */
  readonly nearMisses: number;
  /** When it last allowed something, milliseconds since 1970. */
  readonly lastUsedAt: number | undefined;
  /** Why it can never allow anything, with the remedy, if it cannot. */
  readonly problem: string | undefined;
}

export interface AllowListStatus {
  /** The automatic ones first. */
  readonly rules: readonly RuleRow[];
  readonly allowed: number;
  readonly refused: number;
  /** Latest first, at most 100. */
  readonly refusals: readonly RefusalRow[];
}

export interface AllowListRules {
  readonly joinHosts: readonly ListedHost[];
  readonly rules: readonly AllowListEntry[];
}

interface Counter {
  allowed: number;
  nearMisses: number;
  lastUsedAt: number | undefined;
}

/** The rules that hold, what they decide, and how often. Everything that no rule allows is refused. */
export class AllowList {
  readonly #clock: Clock;
  readonly #refusals: Refusals;
  #hosts: readonly ListedHost[] = [];
  #rules: readonly Rule[] = [];
  /** A request is compared with the rules of its host only. */
  #byHost = new Map<string, readonly Rule[]>();
  #counters = new Map<string, Counter>();
  #allowed = 0;
  #refused = 0;

  constructor(options: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = options.clock;
    this.#refusals = new Refusals(options.clock, options.log);
  }

  /** Rules that keep their id keep their counters. */
  configure({ joinHosts, rules }: AllowListRules): void {
    this.#hosts = joinHosts;
    this.#rules = [...joinHosts.flatMap(automaticRules), ...rules.map(ruleOf)];
    this.#byHost = Map.groupBy(this.#rules, ({ host }) => host);
    this.#counters = new Map(this.#rules.map(({ id }) => [id, this.#counters.get(id) ?? fresh()]));
  }

  /** Decides about a request, counts it, and notes a refusal with who asked. */
  decide(ask: Ask, from: From): Decision {
    const decision = this.#look(ask);
    if (decision.allowed) {
      const counter = this.#counters.get(decision.rule.id)!;
      counter.allowed++;
      counter.lastUsedAt = this.#clock.now();
      this.#allowed++;
      return decision;
    }
    this.#refused++;
    if (decision.nearest) this.#counters.get(decision.nearest.id)!.nearMisses++;
    this.#refusals.add(ask, decision.reason, decision.nearest, from);
    return decision;
  }

  /** What would become of a request for the URL; counts nothing. Any text gives an answer. */
  explain(method: string, url: string): Explanation {
    return explainUrl(method, url, {
      hosts: this.#hosts,
      look: (ask) => this.#look(ask),
      row: (rule) => this.#row(rule),
    });
  }

  status(): AllowListStatus {
    return {
      rules: this.#rules.map((rule) => this.#row(rule)),
      allowed: this.#allowed,
      refused: this.#refused,
      refusals: this.#refusals.rows(),
    };
  }

  /** The nearest rule of a host without rules is anyone's; reading all of them for it would be work for a stranger. */
  #look(ask: Ask): Decision {
    return decide(ask, this.#byHost.get(ask.host) ?? this.#rules.slice(0, 1));
  }

  #row(rule: Rule): RuleRow {
    return { ...rule, url: urlOf(rule), ...this.#counters.get(rule.id)!, problem: this.#problem(rule) };
  }

  #problem(rule: Rule): string | undefined {
    const host = this.#hosts.find((one) => one.host === rule.host);
    if (!host) return `never matches: ${rule.host} is no join host of this core; add it to the join hosts`;
    if (rule.port !== TUNNEL_PORT)
      return `never matches: the tunnels carry port ${TUNNEL_PORT} only; take the port out of the URL`;
    if (host.enabled === false) return `without effect: the join host ${rule.host} is switched off`;
    if (rule.origin === "automatic") return undefined;
    const covers = (one: Rule) =>
      one.protocol === rule.protocol && rule.methods.every((method) => one.methods.includes(method));
    if (!automaticRules(host).some(covers)) return undefined;
    return `not needed: the automatic rules of ${rule.host} allow all of it`;
  }
}

function fresh(): Counter {
  return { allowed: 0, nearMisses: 0, lastUsedAt: undefined };
}
