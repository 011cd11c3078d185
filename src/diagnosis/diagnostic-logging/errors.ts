import { type ErrorTable, errorsOf } from "#base";

export const diagnosticErrors = {
  DIAGNOSTICS_RUNNING: {
    kind: "user",
    text: "diagnostic logging is running already, since {since}",
    remedy: "stop it first: a new one replaces what it has collected",
  },
  DIAGNOSTICS_NOT_RUNNING: {
    kind: "user",
    text: "diagnostic logging is not running",
    remedy: "start it first",
  },
  DIAGNOSTICS_NOTHING: {
    kind: "user",
    text: "there is no diagnostic log",
    remedy: "start one, make the trouble happen again, and stop it",
  },
  DIAGNOSTICS_NO_MODULE: {
    kind: "user",
    text: "there is no module {module}",
    remedy: "it is one of {modules}",
  },
  DIAGNOSTICS_FOLDER: {
    kind: "system",
    text: "the folder of diagnostic logs, {folder}, cannot be used ({why})",
    remedy: "make it writable for the user of the role, or set `diagnostics.folder` to another one",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(diagnosticErrors);
