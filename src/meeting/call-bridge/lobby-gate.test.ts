import assert from "node:assert/strict";
import { test } from "node:test";
import { CALL_LEG_DEFAULTS, type CallLegRules } from "#spaces";
import { type Gate, gateFor } from "./lobby-gate.ts";

const OPEN: Gate = { locked: false, lockMode: "needsActivation", activatorPresent: false, openerPresent: false };
const ACTIVE = { activatorPresent: true, openerPresent: true };
const guest: CallLegRules = { ...CALL_LEG_DEFAULTS, needsActivation: true };
const member: CallLegRules = CALL_LEG_DEFAULTS;
const host: CallLegRules = { ...CALL_LEG_DEFAULTS, callLockAllowed: true };

const rows: readonly [string, CallLegRules, Partial<Gate>, string, { wasIn?: boolean; letIn?: boolean }?][] = [
  ["a guest before any host", guest, {}, "host-not-here"],
  ["a guest while a host is there", guest, ACTIVE, "open"],
  ["a guest who was in before, without a host", guest, {}, "host-not-here", { wasIn: true }],
  ["a guest whom somebody let in", guest, { locked: true, lockMode: "all" }, "open", { letIn: true }],
  ["a host first of all", host, {}, "open"],
  ["a guest at a locked call", guest, { ...ACTIVE, locked: true }, "locked"],
  ["a host at a call locked to those who need activation", host, { ...ACTIVE, locked: true }, "open"],
  ["a member at such a call", member, { ...ACTIVE, locked: true }, "open"],
  ["a member at a call locked to all", member, { ...ACTIVE, locked: true, lockMode: "all" }, "locked"],
  ["a host at a call locked to all", host, { ...ACTIVE, locked: true, lockMode: "all" }, "locked"],
  ["a host who comes back to it", host, { ...ACTIVE, locked: true, lockMode: "all" }, "open", { wasIn: true }],
  ["a guest who comes back to it", guest, { ...ACTIVE, locked: true, lockMode: "all" }, "open", { wasIn: true }],
  ["a host, when nobody inside can unlock it", host, { locked: true, lockMode: "all" }, "open"],
  ["a member, when nobody inside can unlock it", member, { locked: true, lockMode: "all" }, "locked"],
];

for (const [who, rules, gate, verdict, { wasIn = false, letIn = false } = {}] of rows)
  test(`${who}: ${verdict}`, () => {
    assert.equal(gateFor({ rules, wasIn, letIn }, { ...OPEN, ...gate }), verdict);
  });
