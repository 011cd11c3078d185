import { print, type RoleOptions } from "#role-control";
import type { PeerVerdict, TurnStatus } from "#turn";
import { drainText, reloadText, verdictText } from "./act-text.ts";
import { edgeControl } from "./edge-control.ts";

export async function why(credential: string, peer: string, options: RoleOptions): Promise<void> {
  const verdict = await edgeControl(options)<PeerVerdict>("POST", "/api/turn/why", { credential, peer });
  print(options, verdict, (look) => verdictText(verdict, look));
}

export async function drain(on: boolean, options: RoleOptions): Promise<void> {
  const ask = edgeControl(options);
  const answer = await ask<Pick<TurnStatus, "state">>("POST", "/api/turn/drain", { on });
  const { allocations } = await ask<TurnStatus>("GET", "/api/turn/status");
  print(options, { ...answer, allocations }, (look) => drainText({ ...answer, allocations }, look));
}

export async function reload(options: RoleOptions): Promise<void> {
  const answer = await edgeControl(options)<{ readonly changes: readonly string[] }>("POST", "/api/turn/reload");
  print(options, answer, () => reloadText(answer.changes));
}

export async function end(id: string, options: RoleOptions): Promise<void> {
  const answer = await edgeControl(options)("POST", `/api/turn/relays/${encodeURIComponent(id)}/end`);
  print(options, answer, () => `Relay ${id} has ended.`);
}
