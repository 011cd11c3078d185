import { type ErrorTable, errorsOf } from "#base";

export const controlErrors = {
  CONTROL_PATH_TOO_LONG: {
    kind: "config",
    text: "control.socket: {path} has {length} bytes, and the name of a socket may have {max}",
    remedy: "set `control.socket` to a shorter path, such as /run/turnpike/edge.sock",
  },
  CONTROL_FOLDER_OPEN: {
    kind: "config",
    text: "control.socket: others may write to {folder}, and so put a socket of theirs in our place",
    remedy: "run `chmod go-w {folder}`, or set `control.socket` to a path in a folder of its own",
  },
  CONTROL_FOLDER_UNUSABLE: {
    kind: "config",
    text: "control.socket: the folder {folder} cannot be used ({why})",
    remedy: "create it for the user of the role, or set `control.socket` to a path where that user may write",
  },
  CONTROL_NOT_A_SOCKET: {
    kind: "config",
    text: "control.socket: {path} exists and is no socket",
    remedy: "move that file away, or set `control.socket` to another path",
  },
  CONTROL_IN_USE: {
    kind: "config",
    text: "control.socket: another process answers on {path}",
    remedy: "it runs with this configuration already: stop it, or set `control.socket` to another path",
  },
  CONTROL_FAILED: {
    kind: "system",
    text: "control.socket: cannot listen on {path} ({why})",
    remedy: "see `control.socket`",
  },
  CONTROL_NOT_RUNNING: {
    kind: "system",
    text: "no role is running with this configuration: nothing answers on {path}",
    remedy: "start it, such as with `turnpike edge`, or name the file it runs with by --config",
  },
  CONTROL_FORBIDDEN: {
    kind: "user",
    text: "{path} may not be used by this user",
    remedy: "run the command as the user of the role, or as root",
  },
  CONTROL_NO_ANSWER: {
    kind: "system",
    text: "{path} does not answer ({why})",
    remedy: "see the log of the role",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(controlErrors);
