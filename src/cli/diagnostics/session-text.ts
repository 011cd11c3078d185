import { duration } from "#base";
import type { DiagnosticsAnswer } from "#diagnostic-logging";
import { bytes, count, facts, type Look, plural, printable } from "#terminal";

type Session = DiagnosticsAnswer["session"];
type Collected = Exclude<Session, { readonly state: "none" }>;

/** What `turnpike diagnostics status` shows, and what every other command ends with. */
export function sessionText({ now, session }: DiagnosticsAnswer, { paint }: Look): string {
  const title = paint("title", "Diagnostic logging");
  if (session.state === "none") return `${title}\n  not running, nothing collected`;
  return [
    title,
    ...facts([["State", stateText(now, session, paint)], ...requestRows(session), ...partRows(session, paint)], paint),
  ].join("\n");
}

function stateText(now: number, session: Collected, paint: Look["paint"]): string {
  const since = `${duration(now - session.startedAt)} ago`;
  if (session.state === "running")
    return paint("warn", `running, started ${since}, ends in ${duration(Math.max(0, session.endsAt - now))}`);
  if (session.state === "interrupted") return paint("bad", `interrupted: the role died, started ${since}`);
  return `ended ${duration(now - session.endedAt)} ago (${session.why})`;
}

function requestRows({ request, bytes: collected }: Collected): [string, string][] {
  const filter = [...request.addresses.map(printable), ...request.ports.map((port) => `port ${port}`)];
  return [
    ["Modules at debug", request.modules.join(", ") || "none"],
    ["Captures", request.capture ? filter.join(", ") || "all packets" : "no"],
    ["Collected", bytes(collected)],
  ];
}

function partRows(session: Collected, paint: Look["paint"]): [string, string][] {
  if (session.state !== "running") return [];
  const { log, captures } = session;
  const wrong = (why: string | undefined) => (why === undefined ? "" : paint("bad", `, ended: ${printable(why)}`));
  const lost = (dropped: number) => (dropped === 0 ? "" : paint("warn", `, ${count(dropped)} lost`));
  return [
    ["Log", `${plural(log.lines, "line")}${lost(log.dropped)}${wrong(log.why)}`],
    ...captures.map((capture): [string, string] => {
      if (capture.state === "idle") return [`Capture of ${capture.name}`, "not running"];
      const why = capture.state === "failed" ? capture.why : undefined;
      return [
        `Capture of ${capture.name}`,
        `${plural(capture.packets, "packet")}${lost(capture.dropped)}${wrong(why)}`,
      ];
    }),
  ];
}
