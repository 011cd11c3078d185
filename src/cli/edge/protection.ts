import { duration, parsePrefix } from "#base";
import type { ProtectionAnswer } from "#edge";
import type { ConfigAnswer, ConfigChanged } from "#operations";
import { print, type RoleOptions, roleControl, type ShowOptions, show } from "#role-control";
import { fail } from "./errors.ts";
import { protectionText } from "./protection-text.ts";

export async function list(options: ShowOptions): Promise<void> {
  const { ask } = roleControl(options, ["edge"]);
  await show(options, () => ask<ProtectionAnswer>("GET", "/api/protection"), protectionText);
}

interface BlockOptions extends RoleOptions {
  readonly minutes: number;
}

export async function block(source: string, options: BlockOptions): Promise<void> {
  const { ask } = roleControl(options, ["edge"]);
  const { minutes } = options;
  const answer = await ask<ProtectionAnswer>("POST", "/api/protection/block", { source, minutes });
  print(options, answer, () => `${source} is blocked for ${duration(minutes * 60_000)}; what it had open has ended.`);
}

export async function unblock(source: string, options: RoleOptions): Promise<void> {
  const { ask } = roleControl(options, ["edge"]);
  const answer = await ask<ProtectionAnswer>("POST", "/api/protection/unblock", { source });
  print(options, answer, () => `${source} may come in again.`);
}

interface ExemptOptions extends RoleOptions {
  readonly remove?: boolean;
}

/** Changes `protection.exempt` of edge.yaml. */
export async function exempt(address: string, options: ExemptOptions): Promise<void> {
  const { ask } = roleControl(options, ["edge"]);
  const { written, revision } = await ask<ConfigAnswer>("GET", "/api/config");
  const before = (written as { protection?: { exempt?: readonly string[] } }).protection?.exempt ?? [];
  const others = before.filter((one) => !isSame(one, address));
  const isIn = others.length < before.length;
  if (options.remove && !isIn) throw fail("PROTECTION_NOT_EXEMPT", { address, list: before.join(", ") || "nobody is" });
  const after = options.remove ? others : isIn ? before : [...before, address];
  if (after !== before) {
    const changes = [{ path: ["protection", "exempt"], value: after }];
    await ask<ConfigChanged>("PUT", "/api/config", { changes, revision });
  }
  const said = options.remove ? `${address} is limited and blocked like all others.` : `${address} is exempt.`;
  print(options, { exempt: after }, () => `${said} Exempt now: ${after.join(", ") || "nobody"}.`);
}

/** "192.0.2.1" is "192.0.2.1/32". */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => parsePrefix(text)?.join("/") ?? text);
  return a === b;
}
