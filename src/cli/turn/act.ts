import { systemClock } from "#base";
import { type Look, lookOf } from "#terminal";
import type { PeerVerdict, TurnStatus } from "#turn";
import { drainText, reloadText, verdictText } from "./act-text.ts";
import { type EdgeOptions, edgeControl } from "./edge-control.ts";

export async function why(credential: string, peer: string, options: EdgeOptions): Promise<void> {
  const verdict = await edgeControl(options)<PeerVerdict>("POST", "/api/turn/why", { credential, peer });
  print(options, verdict, (look) => verdictText(verdict, look));
}

export async function drain(on: boolean, options: EdgeOptions): Promise<void> {
  const ask = edgeControl(options);
  const answer = await ask<Pick<TurnStatus, "state">>("POST", "/api/turn/drain", { on });
  const { allocations } = await ask<TurnStatus>("GET", "/api/turn/status");
  print(options, { ...answer, allocations }, (look) => drainText({ ...answer, allocations }, look));
}

export async function reload(options: EdgeOptions): Promise<void> {
  const answer = await edgeControl(options)<{ readonly changes: readonly string[] }>("POST", "/api/turn/reload");
  print(options, answer, () => reloadText(answer.changes));
}

export async function end(id: string, options: EdgeOptions): Promise<void> {
  const answer = await edgeControl(options)("POST", `/api/turn/relays/${encodeURIComponent(id)}/end`);
  print(options, answer, () => `Relay ${id} has ended.`);
}

function print({ json }: EdgeOptions, value: unknown, text: (look: Look) => string): void {
  console.log(json ? JSON.stringify(value, null, 2) : text(lookOf(process.stdout, systemClock.now())));
}
