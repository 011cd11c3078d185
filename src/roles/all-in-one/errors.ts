import { type ErrorTable, errorsOf } from "#base";

export const upErrors = {
  UP_ROLE_REFUSED: { kind: "config", text: "{why}", remedy: "that was the {name}; nothing was started" },
  UP_ROLE_FAILED: { kind: "system", text: "the {name} did not start: {why}", remedy: "its log is {logFile}" },
  UP_ROLE_ENDED: { kind: "system", text: "the {name} has ended by itself", remedy: "its log is {logFile}" },
  UP_NOT_REACHABLE: {
    kind: "system",
    text: "the roles run, but {url} did not answer through the edge within {seconds} s (last answer: {why})",
    remedy: "see the logs of the core and the edge in {logs}",
  },
  UP_BAD_ADDRESS: {
    kind: "user",
    text: "--address {address} is not an address of this machine",
    remedy: "give one that `ip address` shows, or leave the option out",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(upErrors);
