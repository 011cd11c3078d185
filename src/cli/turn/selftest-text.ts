import { formatAddress } from "#base";
import { type Look, type Paint, table } from "#terminal";
import type { SelftestResult } from "#turn-client";

const COLUMNS = [
  { title: "Way in" },
  { title: "Allocation" },
  { title: "Round trip", align: "right" },
  { title: "Relayed address" },
  { title: "Relay from outside" },
] as const;

/** The table, and below it what to do about each failure. */
export function selftestText(results: readonly SelftestResult[], { paint }: Look, remote: boolean): string {
  const failures = results.flatMap((result) => {
    const { allocation } = result;
    if (allocation.state === "made") return [];
    return ["", `${paint("bad", wayOf(result))}: ${allocation.why} - ${allocation.remedy} [${allocation.code}]`];
  });
  return [
    ...table(
      COLUMNS,
      results.map((result) => rowOf(result, paint)),
      paint,
    ),
    ...failures,
    ...hints(results, remote),
  ].join("\n");
}

function rowOf(result: SelftestResult, paint: Paint): string[] {
  const { allocation, relay } = result;
  if (allocation.state === "failed") return [wayOf(result), paint("bad", "failed"), "", "", ""];
  const reached =
    relay.state === "reached"
      ? paint("good", "reached")
      : paint(relay.state === "not-reached" ? "bad" : "warn", relay.state.replace("-", " "));
  return [
    wayOf(result),
    paint("good", "made"),
    `${allocation.rttMs.toFixed(1)} ms`,
    formatAddress(allocation.relayed),
    reached,
  ];
}

function wayOf({ target }: SelftestResult): string {
  return `${target.transport} ${formatAddress(target.server)}`;
}

function hints(results: readonly SelftestResult[], remote: boolean): string[] {
  if (!results.some(({ relay }) => relay.state === "not-reached")) return [];
  const elsewhere = "Test from a machine outside: `turnpike turn selftest --server NAME --secret-file FILE`.";
  return [
    "",
    remote
      ? "A relay that is not reached: the firewall must let the UDP ports of `turn.relay.ports` in."
      : `A relay that is not reached from here need not be closed: many firewalls do not send the edge's own packets back to it. ${elsewhere}`,
  ];
}
