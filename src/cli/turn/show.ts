import { systemClock } from "#base";
import type { RelayRow } from "#edge";
import { type ShowOptions, show } from "#role-control";
import type { AllocationStatus, TurnStatus } from "#turn";
import { edgeControl } from "./edge-control.ts";
import { relayText } from "./relay-text.ts";
import { relaysText } from "./relays-text.ts";
import { statusText } from "./status-text.ts";
import type { Earlier } from "./traffic-text.ts";

export async function showStatus(options: ShowOptions): Promise<void> {
  const ask = edgeControl(options);
  let last: { readonly traffic: TurnStatus["traffic"]; readonly at: number } | undefined;
  let earlier: Earlier | undefined;
  const read = async () => {
    const now = systemClock.now();
    const status = await ask<TurnStatus>("GET", "/api/turn/status");
    earlier = last && { traffic: last.traffic, elapsedMs: Math.max(1, now - last.at) };
    last = { traffic: status.traffic, at: now };
    return status;
  };
  await show(options, read, (status, look) => statusText(status, look, earlier));
}

export async function showRelays(options: ShowOptions): Promise<void> {
  const ask = edgeControl(options);
  await show(options, () => ask<readonly RelayRow[]>("GET", "/api/turn/relays"), relaysText);
}

export async function showRelay(id: string, options: ShowOptions): Promise<void> {
  const path = `/api/turn/relays/${encodeURIComponent(id)}`;
  const ask = edgeControl(options);
  await show(options, () => ask<AllocationStatus>("GET", path), relayText);
}
