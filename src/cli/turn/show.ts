import { systemClock } from "#base";
import type { RelayRow } from "#edge";
import { lookOf, watch } from "#terminal";
import type { AllocationStatus, TurnStatus } from "#turn";
import { type EdgeOptions, edgeControl } from "./edge-control.ts";
import { relayText } from "./relay-text.ts";
import { relaysText } from "./relays-text.ts";
import { statusText } from "./status-text.ts";
import type { Earlier } from "./traffic-text.ts";

interface ShowOptions extends EdgeOptions {
  readonly watch?: boolean;
}

export async function showStatus(options: ShowOptions): Promise<void> {
  const ask = edgeControl(options);
  let last: { readonly traffic: TurnStatus["traffic"]; readonly at: number } | undefined;
  await show(options, async (now) => {
    const status = await ask<TurnStatus>("GET", "/api/turn/status");
    const earlier: Earlier | undefined = last && { traffic: last.traffic, elapsedMs: Math.max(1, now - last.at) };
    last = { traffic: status.traffic, at: now };
    return { value: status, text: () => statusText(status, lookOf(process.stdout, now), earlier) };
  });
}

export async function showRelays(options: ShowOptions): Promise<void> {
  const ask = edgeControl(options);
  await show(options, async (now) => {
    const rows = await ask<readonly RelayRow[]>("GET", "/api/turn/relays");
    return { value: rows, text: () => relaysText(rows, lookOf(process.stdout, now)) };
  });
}

export async function showRelay(id: string, options: ShowOptions): Promise<void> {
  const ask = edgeControl(options);
  await show(options, async (now) => {
    const relay = await ask<AllocationStatus>("GET", `/api/turn/relays/${encodeURIComponent(id)}`);
    return { value: relay, text: () => relayText(relay, lookOf(process.stdout, now)) };
  });
}

interface Shown {
  readonly value: unknown;
  readonly text: () => string;
}

/** Once, or every second if asked for and somebody can be looking. */
async function show(options: ShowOptions, read: (now: number) => Promise<Shown>): Promise<void> {
  const draw = () => read(systemClock.now());
  if (options.json) return console.log(JSON.stringify((await draw()).value, null, 2));
  if (!options.watch || !process.stdout.isTTY) return console.log((await draw()).text());
  await watch(process.stdout, async () => (await draw()).text());
}
