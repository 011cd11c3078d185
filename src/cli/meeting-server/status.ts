import { duration } from "#base";
import type { Overview } from "#meeting-server";
import { bitRate, count, facts, type Look, printable, table } from "#terminal";
import { print } from "./print.ts";
import { type ServerOptions, serverControl } from "./server-control.ts";

/** Status > General in the terminal. Exit code 1 while there is a fault. */
export async function status(options: ServerOptions): Promise<void> {
  const overview = await serverControl(options)<Overview>("GET", "/api/overview");
  print(options, overview, (look) => overviewText(overview, look));
  if (overview.alarms.length > 0) process.exitCode = 1;
}

export function overviewText(one: Overview, look: Look): string {
  const { paint } = look;
  const { totals } = one;
  return [
    paint("title", `Meeting server, Call Bridge ${printable(one.name)}`),
    ...facts(
      [
        ["Version", one.version],
        ["Running for", duration(one.now - one.startedAt)],
        ["Join host", one.joinHost],
        [
          "Calls",
          `${count(one.calls)}, ${count(totals.callLegsActive)} call legs (most: ${count(totals.callLegsMaxActive)})`,
        ],
        ["In lobbies", count(one.waiting)],
        ["Media load", `${Math.round(totals.mediaProcessingLoad)} %`],
        ["Video in / out", `${bitRate(totals.videoBitRateIncoming)} / ${bitRate(totals.videoBitRateOutgoing)}`],
        ["Audio in / out", `${bitRate(totals.audioBitRateIncoming)} / ${bitRate(totals.audioBitRateOutgoing)}`],
        ["Spaces", count(one.spaces)],
      ],
      paint,
    ),
    ...linkLines(one, look),
    ...turnLines(one, look),
    ...faultLines(one, look),
  ].join("\n");
}

function linkLines({ links }: Overview, { paint }: Look): string[] {
  const rows = links.map(({ link, url, status }) => {
    const tone = status.state === "connected" ? "good" : status.state === "failed" ? "bad" : "warn";
    return [String(link), url, paint(tone, status.state)];
  });
  return ["", paint("title", "Web bridge links"), ...(rows.length ? table(COLUMNS, rows, paint) : ["  none"])];
}

const COLUMNS = [{ title: "" }, { title: "" }, { title: "" }];

function turnLines({ turnServers }: Overview, { paint }: Look): string[] {
  const rows = turnServers.flatMap((server) =>
    server.hosts.map((host) => [
      `${host.address}:${host.portNumber} ${host.transport.toUpperCase()}`,
      host.reachable
        ? paint("good", `${(host.roundTripTimeMs ?? 0).toFixed(1)} ms`)
        : paint("bad", host.failure?.detail ?? "unreachable"),
      server.preferred ? "preferred" : "",
    ]),
  );
  return ["", paint("title", "TURN servers"), ...(rows.length ? table(COLUMNS, rows, paint) : ["  none"])];
}

function faultLines({ alarms }: Overview, { paint }: Look): string[] {
  if (alarms.length === 0) return ["", paint("good", "No faults.")];
  return [
    "",
    paint("title", "Fault conditions"),
    ...alarms.flatMap(({ text, remedy }) => [`  ${paint("bad", printable(text))}`, `    ${paint("dim", remedy)}`]),
  ];
}
