import type { EdgeOverview } from "#edge";
import { count, flow, type Look, paragraph, plural, printable } from "#terminal";
import { faultLines } from "../faults-text.ts";
import { GUEST_ROAD, type Hop, roadText } from "./road-text.ts";
import { headline, section, sectionFacts } from "./sections.ts";

type JoinHost = EdgeOverview["web"]["joinHosts"][number];

/** What is wrong, how far a guest's request comes, then the edge's own parts. */
export function edgeText(one: EdgeOverview, look: Look): string {
  return [
    headline("Edge", { ...one, name: printable(one.name) }, look),
    "",
    ...faultLines(one.alarms, one.now, look),
    ...section(
      "The way of a guest",
      one.web.joinHosts.flatMap((host) => joinHostLines(host, look)),
      look,
    ),
    ...section("Web", webLines(one, look), look),
    ...section("Tunnels", tunnelLines(one, look), look),
    ...section("TURN", turnLines(one, look), look),
    ...section("Protection", protectionLines(one, look), look),
  ].join("\n");
}

/** The road, and below it what it consists of. */
function joinHostLines(host: JoinHost, { paint, width }: Look): string[] {
  const { named, connections, endToEnd } = host;
  const tunnel: Hop = { state: connections > 0 ? "up" : "down", tunnel: true };
  const behind = connections === 0 || endToEnd.state === "unknown" ? "unseen" : STATES[endToEnd.state];
  const road = roadText(GUEST_ROAD, [{ state: named ? "up" : "down" }, tunnel, { state: behind }], paint);
  const facts = [plural(connections, "tunnel connection"), endToEndText(host), ...(named ? [] : [UNNAMED])];
  const text = facts.filter(Boolean).join("; ");
  return [`  ${printable(host.host)}`, `    ${road}`, ...paragraph(text, width, "    ", (line) => paint("dim", line))];
}

const STATES = { active: "up", failed: "down" } as const;
const UNNAMED = "the certificate does not name it";

function endToEndText({ connections, endToEnd }: JoinHost): string {
  if (connections === 0) return "";
  if (endToEnd.state === "unknown") return "not checked yet";
  if (endToEnd.state === "active") return `end to end in ${endToEnd.rttMs.toFixed(1)} ms`;
  return printable(`a request fails: ${endToEnd.why} [${endToEnd.code}]`);
}

function webLines({ web }: EdgeOverview, look: Look): string[] {
  const codes = Object.entries(web.refusedByCode).toSorted(([, a], [, b]) => b - a);
  const refused = codes.map(([code, times]) => `${code} ${count(times)}`);
  return sectionFacts(
    [
      ["Listening", [web.listening, ...(web.redirect ? [`${web.redirect} redirects`] : [])].join(", ")],
      ["Open now", `${plural(web.connections, "connection")}, ${plural(web.webSockets, "WebSocket")}`],
      ["Requests", `${count(web.requests)} passed on, ${count(web.refused)} refused`],
      ...(refused.length > 0 ? [["Refused", flow(refused, look.width - VALUES_AT)] as const] : []),
      ...(web.badProxyHeaders > 0
        ? [["Balancers", `${plural(web.badProxyHeaders, "connection")} without a PROXY header`] as const]
        : []),
    ],
    look,
  );
}

/** Where the values of facts begin. */
const VALUES_AT = 15;

function tunnelLines({ tunnels: { cores, connections } }: EdgeOverview, look: Look): string[] {
  const state = `${plural(cores, "core")}, ${plural(connections, "connection")}`;
  return sectionFacts([["Connected", connections > 0 ? state : look.paint("bad", "no core")]], look);
}

function turnLines({ turn }: EdgeOverview, look: Look): string[] {
  const { paint } = look;
  if (!turn) return sectionFacts([["State", paint("bad", "its worker does not answer")]], look);
  const ports = turn.ports.map(
    ({ family, used, free, quarantined, reserved }) =>
      `${FAMILY[family]} ${count(used)} in use, ${count(free)} free, ${count(quarantined + reserved)} held back`,
  );
  return sectionFacts(
    [
      ["State", turn.state === "active" ? paint("good", "Active") : paint("warn", "Draining")],
      ["In use", `${plural(turn.allocations, "client")}, ${plural(turn.relays, "relay")}`],
      ["Relay ports", ports],
    ],
    look,
  );
}

const FAMILY = { ipv4: "IPv4", ipv6: "IPv6" } as const;

function protectionLines({ blocked }: EdgeOverview, look: Look): string[] {
  const some = `${plural(blocked, "source")}, see \`turnpike protection list\``;
  return sectionFacts([["Blocked", blocked > 0 ? look.paint("warn", some) : "nobody"]], look);
}
