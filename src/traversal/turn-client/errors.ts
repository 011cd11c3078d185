import { type ErrorTable, errorsOf } from "#base";

const RELAY_GUEST = "The relay that carries video and sound cannot be reached. Please tell the meeting's organiser.";

export const turnClientErrors = {
  TURN_CLIENT_UNREACHABLE: {
    kind: "system",
    text: "TURN server {server} cannot be reached over {transport} ({why})",
    remedy: "check address and port in `turnServers`, that the edge runs, and that the firewall passes that port to it",
    guest: RELAY_GUEST,
  },
  TURN_CLIENT_TIMEOUT: {
    kind: "system",
    text: "TURN server {server} does not answer over {transport}",
    remedy:
      "check that the edge runs and that the firewall passes UDP 3478 (or the TCP port in use) to it, and the answers back",
    guest: RELAY_GUEST,
  },
  TURN_CLIENT_UNAUTHORIZED: {
    kind: "config",
    text: "TURN server {server} refuses the credentials: ICE failure 4 (unauthorized - check credentials)",
    remedy:
      "make the shared secret, or user name and password, the same in `turnServers` and in edge.yaml; check both clocks",
    guest: "The relay that carries video and sound refused this meeting. Please tell the meeting's organiser.",
  },
  TURN_CLIENT_REFUSED: {
    kind: "peer",
    text: "TURN server {server} refused {method}: {code} {reason}",
    remedy: "the log of the edge says which rule refused it; 403 is its peer policy, 486 and 508 are its limits",
    guest: RELAY_GUEST,
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(turnClientErrors);
