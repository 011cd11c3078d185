import { duration } from "#base";
import type { JoinHostsAnswer, JoinHostView, TargetView } from "#core";
import { type Cell, type Column, count, type Look, printable, table } from "#terminal";

const COLUMNS: readonly Column[] = [
  { title: "Name, address" },
  { title: "Status" },
  { title: "Priority", align: "right" },
  { title: "Weight", align: "right" },
  { title: "RTT", align: "right" },
  { title: "Requests", align: "right" },
];

/** The guide's table "resolved to the following targets", for each join host, with what is wrong below it. */
export function joinHostsText({ enabled, joinHosts }: JoinHostsAnswer, look: Look): string {
  const { paint } = look;
  const state = enabled ? paint("good", "on") : paint("warn", "off: guests are refused");
  const hosts = joinHosts.length > 0 ? joinHosts.flatMap((one) => ["", ...hostLines(one, look)]) : ["", NONE];
  return [`${paint("title", "Meeting Server Web Proxy:")} ${state}`, ...hosts].join("\n");
}

const NONE = "There is no join host: `turnpike join-hosts add NAME`.";

function hostLines(one: JoinHostView, look: Look): string[] {
  const { paint } = look;
  const facts = [
    one.enabled ? "" : paint("warn", "off"),
    SOURCES[one.source],
    one.whip ? "WHIP" : "",
    one.automaticRules ? "" : "editable rules only",
  ].filter(Boolean);
  const rows = one.targets.map((target) => cells(target, look));
  return [
    `${paint("title", one.host)} (${facts.join(", ")})`,
    ...(rows.length > 0 ? table(COLUMNS, rows, paint) : ["  no target"]),
    ...troubles(one, look),
  ];
}

const SOURCES = {
  configured: "target as configured",
  srv: "by SRV record",
  address: "by address record",
  none: "not resolved",
} as const;

function cells({ name, address, status, priority, weight, rttMs, requests }: TargetView, { paint }: Look): Cell[] {
  const tone = status === "active" ? "good" : status === "failed" ? "bad" : "dim";
  return [
    [printable(name), address],
    paint(tone, STATUS[status]),
    String(priority),
    String(weight),
    rttMs === undefined ? "" : `${rttMs.toFixed(1)} ms`,
    count(requests),
  ];
}

const STATUS = { active: "Active", failed: "Failed", unknown: "Not checked" } as const;

function troubles({ lookupError, targets }: JoinHostView, { paint, now }: Look): string[] {
  const failed = targets.flatMap(({ address, status, since, lastError }) => {
    if (status !== "failed" || lastError === undefined) return [];
    const long = since === undefined ? "" : ` (for ${duration(now - since)})`;
    return [`  ${paint("bad", `${address}: ${printable(lastError)}`)}${long}`];
  });
  if (!lookupError) return failed;
  const { message, remedy } = lookupError;
  return [...failed, `  ${paint("bad", printable(message))}`, `    ${paint("dim", printable(remedy))}`];
}
