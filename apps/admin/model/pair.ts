import type { CoreOverview, CoreTunnelRow, EdgeOverview } from "./answers.ts";

type WebJoinHost = EdgeOverview["web"]["joinHosts"][number];

/** How a line of the road is drawn: good, some of it, none of it, or not wanted. */
export type LineState = "good" | "waiting" | "bad" | "off";

/** Of all connections to an edge: one that is missing is being dialled. */
export function edgeState({ active, connections }: Pick<CoreOverview["edges"][number], "active" | "connections">) {
  return shareState(active, connections);
}

export function joinHostState(joinHost: Pick<CoreOverview["joinHosts"][number], "enabled" | "active" | "targets">) {
  return joinHost.enabled ? shareState(joinHost.active, joinHost.targets) : "off";
}

/** A join host as a request from the edge through the tunnel finds it. */
export function domainState({ connections, endToEnd }: Pick<WebJoinHost, "connections" | "endToEnd">): LineState {
  if (connections === 0 || endToEnd.state === "failed") return "bad";
  return endToEnd.state === "active" ? "good" : "waiting";
}

/** A TURN server that drains serves those it has, and no others. */
export function turnState(turn: EdgeOverview["turn"]): LineState {
  if (!turn) return "bad";
  return turn.state === "active" && turn.ports.some(({ free }) => free > 0) ? "good" : "waiting";
}

function shareState(up: number, all: number): LineState {
  if (up === 0) return "bad";
  return up < all ? "waiting" : "good";
}

/** Several lines as one: what is not wanted does not count; one that is bad among good ones makes it a warning. */
export function together(states: readonly LineState[]): LineState {
  const wanted = states.filter((state) => state !== "off");
  if (wanted.length === 0) return states.length === 0 ? "bad" : "off";
  if (wanted.every((state) => state === "good")) return "good";
  return wanted.every((state) => state === "bad") ? "bad" : "waiting";
}

/** Rows of one edge beneath each other, connection by connection. */
export function tunnelOrder(a: CoreTunnelRow, b: CoreTunnelRow): number {
  return (
    a.target.localeCompare(b.target) ||
    a.address.localeCompare(b.address) ||
    a.domain.localeCompare(b.domain) ||
    a.connection - b.connection
  );
}
