import type { CallLegRules, CallRules } from "#spaces";

/** Why someone is not let in yet, as the join answer says it. */
export type WaitWhy = "host-not-here" | "locked" | "sent-back";

/** Of a call, as far as it decides who comes in. */
export interface Gate {
  readonly locked: boolean;
  readonly lockMode: CallRules["lockMode"];
  /** Somebody is in the call whose leg needs no activation. */
  readonly activatorPresent: boolean;
  /** Somebody is in the call who may unlock it and admit. */
  readonly openerPresent: boolean;
}

/** Of whoever wants to come in. */
export interface Comer {
  readonly rules: CallLegRules;
  /** It has been in this call before, and nobody has removed it or sent it back. */
  readonly wasIn: boolean;
  /** Somebody who may do so has let it in. */
  readonly letIn: boolean;
}

/** Whether someone may come in now, or why it waits. */
export function gateFor({ rules, wasIn, letIn }: Comer, gate: Gate): "open" | Exclude<WaitWhy, "sent-back"> {
  if (letIn) return "open";
  if (rules.needsActivation && !gate.activatorPresent) return "host-not-here";
  if (gate.locked && !wasIn && isLockedOut(rules, gate)) return "locked";
  return "open";
}

/** A lock keeps nobody out who could open it, as long as nobody inside can: the call could never be entered again. */
function isLockedOut(rules: CallLegRules, { lockMode, openerPresent }: Gate): boolean {
  if (lockMode === "needsActivation") return rules.needsActivation;
  return openerPresent || rules.needsActivation || !rules.callLockAllowed;
}
