import { type ErrorTable, errorsOf } from "#base";

export const listenerErrors = {
  LISTENER_TAKEN: {
    kind: "config",
    text: "{file}: `{key}`: {transport} {where} is in use by another program",
    remedy: "stop that program (`ss -lpn` names it) or set `{key}` to a free port",
  },
  LISTENER_FORBIDDEN: {
    kind: "config",
    text: "{file}: `{key}`: no permission to bind {transport} {where}",
    remedy: "run as root, grant CAP_NET_BIND_SERVICE, or set `{key}` to a port above 1023",
  },
  LISTENER_NO_ADDRESS: {
    kind: "config",
    text: "{file}: `{key}`: {where} is not an address of this machine",
    remedy: "set `{key}` to one that `ip address` shows, or to 0.0.0.0 for all",
  },
  LISTENER_FAILED: {
    kind: "system",
    text: "{file}: `{key}`: cannot bind {transport} {where} ({why})",
    remedy: "see `{key}` in {file}",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(listenerErrors);
