import type { CollectedState } from "./archive.ts";

/** README.txt of an archive: what is what, for whoever gets it. */
export function readme(
  role: string,
  state: CollectedState,
  files: readonly { readonly name: string; readonly bytes: number }[],
): string {
  const { request } = state;
  const filter = [...request.addresses, ...request.ports.map((port) => `port ${port}`)].join(", ") || "none";
  return `Turnpike diagnostic log of the role ${role}

Started     ${timeOf(state.startedAt)}
Ended       ${endOf(state)}
Modules     ${request.modules.join(", ") || "none"} at debug
Captures    ${request.capture ? `yes, filter: ${filter}, ${request.snaplen} bytes of each packet` : "no"}

log-*.jsonl         The log of the role, oldest file first, one JSON object a line. "traceId" is that of a
                    request on all roles. Markers begin with DEBUG_MARKER.
*-*.pcapng          Packets of the sockets of a module, for Wireshark or tshark. Headers are made anew from what the
                    sockets know: addresses, ports, times, order and bytes are true; losses, retransmissions and sizes of
                    TCP segments are not shown. Connections that were open before are only noted. Markers and notes are
                    journal entries between the packets (filter: systemd_journal). The interface "memory" has packets
                    that went from relay to relay inside the TURN server, and never on a network.
configuration.yaml  The configuration without its secrets; files are only named.
status.json         The status of the role at start and stop.
certificates.txt    The certificates in use.
session.json        What was asked for and what came of it.

Passwords, keys, cookies and tokens are not in here. IP addresses, user names and names of hosts are: treat it as personal
data. Captured media and requests are encrypted as they were on the network.

Files
${files.map(({ name, bytes }) => `${name.padEnd(28)}${bytes} bytes`).join("\n")}
`;
}

function endOf(state: CollectedState): string {
  if (state.state === "running") return "not yet";
  if (state.state === "interrupted") return "interrupted: the role died, the last lines and packets are missing";
  return `${timeOf(state.endedAt)} (${state.why})`;
}

const timeOf = (ms: number) => new Date(ms).toISOString();
