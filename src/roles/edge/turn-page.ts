import type { StatusPage, StatusSection } from "#admin-http";
import { formatAddress, textOf } from "#base";
import type { AllocationStatus, TurnStatus } from "#turn";
import { type RelayRow, relayRow, type TurnControl } from "./turn-routes.ts";

/** Status of the edge: the TURN server, then TURN relay usage. */
export async function turnPage(turn: Pick<TurnControl, "status" | "allocations">): Promise<StatusPage> {
  try {
    return pageOf(await turn.status(), await turn.allocations());
  } catch (error) {
    return { title: "Edge", faults: [`The TURN server does not answer: ${textOf(error)}.`], sections: [] };
  }
}

function pageOf(status: TurnStatus, allocations: readonly AllocationStatus[]): StatusPage {
  return {
    title: "Edge",
    faults: faultsOf(status),
    sections: [serverSection(status), portSection(status), relaySection(allocations.map(relayRow))],
  };
}

function faultsOf({ ports, cluster }: TurnStatus): string[] {
  const full = ports.filter(({ free }) => free === 0).map(({ family }) => `No ${FAMILY[family]} relay port is free.`);
  const lost = cluster
    .filter(({ state }) => state === "unreachable")
    .map(({ server }) => `TURN server ${formatAddress(server)} of the cluster does not answer.`);
  return [...full, ...lost];
}

const FAMILY = { ipv4: "IPv4", ipv6: "IPv6" } as const;

const WAY = { udp: "UDP", tcp: "TCP and TLS", tls: "TLS", web: "TCP and TLS, beside the web" } as const;

function serverSection(status: TurnStatus): StatusSection {
  const listening = status.listening.map((where) => `${formatAddress(where)} ${WAY[where.transport]}`).join(", ");
  return {
    title: "TURN server status",
    columns: ["Status", "Listening", "Active TURN clients", "Active TURN relays"],
    rows: [
      [
        status.state === "active" ? { text: "Active", state: "good" } : { text: "Draining", state: "waiting" },
        listening,
        String(status.allocations),
        String(status.relays),
      ],
    ],
    empty: "",
  };
}

function portSection({ ports }: TurnStatus): StatusSection {
  return {
    title: "Relay ports",
    columns: ["Family", "In use", "Free", "Resting", "Reserved"],
    rows: ports.map((gauge) => [
      FAMILY[gauge.family],
      ...[gauge.used, gauge.free, gauge.quarantined, gauge.reserved].map(String),
    ]),
    empty: "No relay address is configured.",
  };
}

function relaySection(rows: readonly RelayRow[]): StatusSection {
  return {
    title: "TURN relay usage",
    columns: ["Client", "Media destinations", "Connection protocol", "Relays", "Role", "ID"],
    rows: rows.map((row) => [
      row.client,
      row.mediaDestinations.join(", "),
      row.protocol.toUpperCase(),
      row.relays.join(", "),
      row.role,
      String(row.id),
    ]),
    empty: "No client uses a relay.",
  };
}
