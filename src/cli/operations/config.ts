import { parseDocument } from "yaml";
import type { ConfigAnswer, ConfigChanged } from "#operations";
import { inWords, isUnknownRoute, print, type RoleControl, type RoleOptions, roleControl } from "#role-control";
import { at, changedText, configText, keyPath } from "./config-text.ts";
import { fail } from "./errors.ts";

interface ShowConfigOptions extends RoleOptions {
  readonly written?: boolean;
  readonly editable?: boolean;
}

export async function showConfig(key: string | undefined, options: ShowConfigOptions): Promise<void> {
  const answer = await read(roleControl(options));
  if (options.editable) return print(options, answer.editable, () => answer.editable.join("\n"));
  const whole = options.written ? answer.written : answer.holds;
  const value = key === undefined ? whole : at(whole, keyPath(key));
  if (value === undefined) throw fail("CLI_CONFIG_NO_KEY", { key });
  print(options, value, (look) => configText(value, answer, look));
}

export async function setConfig(key: string, text: string, options: RoleOptions): Promise<void> {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) throw fail("CLI_CONFIG_VALUE", { value: JSON.stringify(text), why: broken.message.split("\n")[0] });
  await change(key, document.toJS() ?? "", options);
}

export async function unsetConfig(key: string, options: RoleOptions): Promise<void> {
  await change(key, undefined, options);
}

async function change(key: string, value: unknown, options: RoleOptions): Promise<void> {
  const control = roleControl(options);
  const path = keyPath(key);
  const old = await read(control);
  const changes = [{ path, ...(value === undefined ? {} : { value }) }];
  const changed = await control.ask<ConfigChanged>("PUT", "/api/config", { changes, revision: old.revision });
  const now = await read(control);
  const [before, after] = [old, now].map(({ holds }) => at(holds, path));
  print(options, changed, (look) => changedText({ key, before, after, said: changed.changes }, look));
}

async function read({ ask, role, file }: RoleControl): Promise<ConfigAnswer> {
  try {
    return await ask<ConfigAnswer>("GET", "/api/config");
  } catch (error) {
    if (!isUnknownRoute(error)) throw error;
    throw fail("CLI_CONFIG_AT_START", { role: inWords((await role()).role), file }, error);
  }
}
