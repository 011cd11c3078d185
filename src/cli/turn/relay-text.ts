import { duration, formatAddress } from "#base";
import { count, facts, flow, type Look, printable, table } from "#terminal";
import type { AllocationStatus } from "#turn";
import { trafficLines } from "./traffic-text.ts";

/** The guide's drill-down of one relay: summary, permissions, channels, counters. */
export function relayText(relay: AllocationStatus, look: Look): string {
  const { paint } = look;
  return [
    paint("title", `TURN relay summary: ${relay.id}`),
    ...summary(relay, look),
    "",
    paint("title", "Permissions for this relay"),
    ...permissionLines(relay, look),
    "",
    paint("title", "Channels for this relay"),
    ...channelLines(relay, look),
    "",
    paint("title", "Counters for this relay"),
    ...counterLines(relay, look),
    "",
    ...trafficLines(relay.counters, paint),
  ].join("\n");
}

function summary(relay: AllocationStatus, { paint, now }: Look): string[] {
  return facts(
    [
      ["Client", formatAddress(relay.client)],
      ["Connection protocol", relay.transport.toUpperCase()],
      ["Relays", relay.relays.map((where) => `${formatAddress(where)} ${relay.relayTransport}`)],
      ["User", `${printable(relay.user)} (${relay.role})`],
      ["Since", `${duration(now - relay.createdAt)}`],
      ["Expires in", duration(relay.expiresAt - now)],
      ["Idle for", relay.idleS === undefined ? "unknown" : duration(relay.idleS * 1000)],
      ["Permissions", count(relay.permissions.length)],
      ["Channels", count(relay.channels.length)],
      ["Requests", count(sum(relay.requests))],
    ],
    paint,
  );
}

function permissionLines({ permissions }: AllocationStatus, { paint, now }: Look): string[] {
  if (permissions.length === 0) return ["  none"];
  const rows = permissions.map(({ address, expiresAt }) => [address, duration(expiresAt - now)]);
  return table([{ title: "Peer" }, { title: "Expires in" }], rows, paint);
}

function channelLines({ channels }: AllocationStatus, { paint, now }: Look): string[] {
  if (channels.length === 0) return ["  none"];
  const rows = channels.map(({ number, peer, expiresAt }) => [
    `0x${number.toString(16)}`,
    formatAddress(peer),
    duration(expiresAt - now),
  ]);
  return table([{ title: "Channel" }, { title: "Peer" }, { title: "Expires in" }], rows, paint);
}

function counterLines({ requests, responses }: AllocationStatus, { paint, width }: Look): string[] {
  const { success = 0, ...errors } = responses;
  return facts(
    [
      ["Requests received", counted(requests, width)],
      ["Success responses", count(success)],
      ["Error responses", counted(errors, width)],
    ],
    paint,
  );
}

/** "5: allocate 1, refresh 4" */
function counted(counts: Readonly<Record<string, number>>, width: number): string[] {
  const words = Object.entries(counts).map(([word, n]) => `${word} ${count(n)}`);
  const [first = "", ...rest] = words.length ? words : [""];
  return flow([`${count(sum(counts))}${first && `: ${first}`}`, ...rest], width - 21);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, n) => total + n, 0);
}
