import { type ErrorTable, errorsOf } from "#base";

export const tunnelErrors = {
  TUNNEL_NO_CONNECTION: {
    kind: "system",
    text: "no tunnel carries {host}",
    remedy: "look at the core's tunnel table: it dials this edge on the tunnel port and names what stops it",
  },
  TUNNEL_CHANNEL_REFUSED: {
    kind: "peer",
    text: "the core opened no channel for {host} ({why})",
    remedy: "see the core's log; it limits how many requests one tunnel carries",
  },
  TUNNEL_UNREACHABLE: {
    kind: "system",
    text: "edge {edge} cannot be reached ({why})",
    remedy: "check that the edge runs, and that the inner firewall lets this machine reach {edge} over TCP",
  },
  TUNNEL_HOST_KEY_MISMATCH: {
    kind: "peer",
    text: "{edge} shows host key {shown}, but {pinned} is pinned",
    remedy:
      "if the edge was set up anew, copy its tunnel-host.pub here; otherwise something stands between core and edge",
  },
  TUNNEL_KEY_REFUSED: {
    kind: "config",
    text: "{edge} does not accept this core's key {fingerprint}",
    remedy: "add this core's public key to `tunnel.authorizedKeys` of that edge",
  },
  TUNNEL_HANDSHAKE_FAILED: {
    kind: "peer",
    text: "{edge} answers on that port, but not as a tunnel end ({why})",
    remedy: "check `edges.address`: it must be the edge's tunnel port",
  },
  TUNNEL_443_REFUSED: {
    kind: "config",
    text: "the tunnel port cannot be reached ({direct}), and {edge} takes no tunnel from here ({why})",
    remedy:
      "open the tunnel port in the firewall between, or list this core's address in `tunnel.over443.from` of that edge",
  },
  TUNNEL_HOST_REFUSED: {
    kind: "config",
    text: "{edge} does not carry {host}",
    remedy: "add {host} to `joinHosts` of that edge",
  },
  TUNNEL_SILENT: {
    kind: "system",
    text: "{edge} stopped answering for {seconds} s",
    remedy: "it is dialled again by itself; if it stays away, check the edge and the firewall between",
  },
  TUNNEL_OVERRUN: {
    kind: "peer",
    text: "{edge} sent more than this core allowed it to",
    remedy: "no honest edge does that: look whether somebody broke into it",
  },
  TUNNEL_LOST: {
    kind: "system",
    text: "the connection to {edge} ended ({why})",
    remedy: "it is dialled again by itself; see the edge's log if it ends again and again",
  },
  TUNNEL_KEY_UNUSABLE: {
    kind: "config",
    text: "{file}: not a usable SSH key ({why})",
    remedy:
      "use an ed25519 key in OpenSSH's format without passphrase, as `turnpike init` or `ssh-keygen -t ed25519` writes it",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(tunnelErrors);
