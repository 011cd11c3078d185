import { readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { type AllowListEntry, exportCsv } from "#allow-list";
import { textOf } from "#base";
import type { AllowListAnswer, AllowRuleView, ExplainAnswer, ImportAnswer } from "#core";
import { print, type RoleOptions } from "#role-control";
import { explanationText, importText, refusalsText, rulesText } from "./allow-list-text.ts";
import { coreControl } from "./core-control.ts";
import { fail } from "./errors.ts";

export async function list(options: RoleOptions & { readonly refusals?: boolean }): Promise<void> {
  const answer = await coreControl(options)<AllowListAnswer>("GET", "/api/allow-list");
  print(options, answer, (look) => (options.refusals ? refusalsText(answer, look) : rulesText(answer, look)));
}

export interface RuleOptions extends RoleOptions {
  readonly description: string;
  readonly methods?: string;
  readonly match: "exact" | "prefix";
}

export async function add(url: string, options: RuleOptions): Promise<void> {
  const { description, match } = options;
  const methods = options.methods ? options.methods.toUpperCase().split(/[\s,]+/) : "default";
  const ask = coreControl(options);
  const before = new Set((await ask<AllowListAnswer>("GET", "/api/allow-list")).rules.map(({ id }) => id));
  const answer = await ask<AllowListAnswer>("POST", "/api/allow-list", { url, description, methods, match });
  const rules = answer.rules.filter(({ id }) => !before.has(id));
  print(options, answer, (look) => rulesText({ ...answer, rules }, look));
}

export async function remove(id: string, options: RoleOptions): Promise<void> {
  const answer = await coreControl(options)<AllowListAnswer>("DELETE", `/api/allow-list/${encodeURIComponent(id)}`);
  print(options, answer, () => `The rule ${id} is gone.`);
}

export interface ImportOptions extends RoleOptions {
  readonly dryRun?: boolean;
  readonly replace?: boolean;
}

export async function importRules(file: string, options: ImportOptions): Promise<void> {
  const csv = await read(file);
  const { dryRun = false, replace = false } = options;
  const answer = await coreControl(options)<ImportAnswer>("POST", "/api/allow-list/import", { csv, dryRun, replace });
  if (answer.errors.length === 0) return print(options, answer, () => importText(answer));
  const lines = answer.errors.map(({ line, why }) => `line ${line}: ${why}`).join("; ");
  throw fail("CLI_CSV_REFUSED", { lines });
}

export async function exportRules(file: string | undefined, options: RoleOptions): Promise<void> {
  const { rules } = await coreControl(options)<AllowListAnswer>("GET", "/api/allow-list");
  const csv = exportCsv(rules.filter(({ origin }) => origin === "editable").map(entryOf));
  if (file === undefined || file === "-") return void process.stdout.write(csv);
  try {
    writeFileSync(file, csv);
  } catch (error) {
    throw fail("CLI_CSV_NOT_WRITTEN", { file, why: textOf(error) }, error);
  }
}

export async function explain(method: string, url: string, options: RoleOptions): Promise<void> {
  const answer = await coreControl(options)<ExplainAnswer>("POST", "/api/allow-list/explain", { method, url });
  print(options, answer, (look) => explanationText(answer, look));
  if (!answer.allowed) process.exitCode = 1;
}

function entryOf({ id, description, url, match, methods, defaultMethods, enabled }: AllowRuleView): AllowListEntry {
  const chosen = methods as Exclude<AllowListEntry["methods"], "default">;
  return { id, description, url, match, methods: defaultMethods ? "default" : chosen, enabled };
}

async function read(file: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : readFileSync(file, "utf8");
  } catch (error) {
    throw fail("CLI_CSV_UNREADABLE", { file, why: textOf(error) }, error);
  }
}
