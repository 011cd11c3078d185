import type { Overview } from "#meeting-server";
import { bitRate, count, type Look, plural, printable, table } from "#terminal";
import { faultLines } from "../faults-text.ts";
import { type Hop, roadText } from "./road-text.ts";
import { headline, section, sectionFacts } from "./sections.ts";

/** Status > General in the terminal: what is wrong, what hangs together, then calls and load. */
export function meetingServerText(one: Overview, look: Look): string {
  return [
    headline("Meeting server, Call Bridge", { ...one, name: printable(one.name) }, look),
    "",
    ...faultLines(one.alarms, one.now, look),
    ...section("The way of a guest", [`    ${roadText(ROAD, hops(one), look.paint)}`], look),
    ...section("Calls", callLines(one, look), look),
    ...section("Web bridge links", linkLines(one, look), look),
    ...section("TURN servers", turnLines(one, look), look),
  ].join("\n");
}

const ROAD = ["core", "Web Bridge", "Call Bridge", "TURN"];

function hops({ links, turnServers }: Overview): readonly Hop[] {
  const hosts = turnServers.flatMap((server) => server.hosts);
  const linked = links.some(({ status }) => status.state === "connected");
  const reached = hosts.some(({ reachable }) => reachable);
  return [
    { state: "unseen" },
    { state: linked ? "up" : links.length > 0 ? "down" : "unseen", tunnel: true },
    { state: reached ? "up" : hosts.length > 0 ? "down" : "unseen" },
  ];
}

function callLines(one: Overview, look: Look): string[] {
  const { totals } = one;
  const { videoBitRateIncoming, videoBitRateOutgoing, audioBitRateIncoming, audioBitRateOutgoing } = totals;
  return sectionFacts(
    [
      ["Join host", one.joinHost],
      [
        "Now",
        `${plural(one.calls, "call")}, ${plural(totals.callLegsActive, "call leg")} (most: ${count(totals.callLegsMaxActive)}), ${count(one.waiting)} in lobbies`,
      ],
      ["Media load", `${Math.round(totals.mediaProcessingLoad)} %`],
      ["Video", `${bitRate(videoBitRateIncoming)} in, ${bitRate(videoBitRateOutgoing)} out`],
      ["Audio", `${bitRate(audioBitRateIncoming)} in, ${bitRate(audioBitRateOutgoing)} out`],
      ["Spaces", count(one.spaces)],
      ["Users", count(one.users)],
    ],
    look,
  );
}

const COLUMNS = [{ title: "" }, { title: "" }, { title: "" }];

function linkLines({ links }: Overview, { paint }: Look): string[] {
  const rows = links.map(({ link, url, status }) => {
    const tone = status.state === "connected" ? "good" : status.state === "failed" ? "bad" : "warn";
    return [String(link), url, paint(tone, status.state)];
  });
  return rows.length > 0 ? table(COLUMNS, rows, paint) : ["  none"];
}

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
  return rows.length > 0 ? table(COLUMNS, rows, paint) : ["  none"];
}
