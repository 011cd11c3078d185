import { type ErrorTable, errorsOf } from "#base";

export const diagnosticsCommandErrors = {
  DIAGNOSTICS_NOT_SAVED: {
    kind: "system",
    text: "{path} could not be written ({why})",
    remedy: "name a file in a folder that you may write to, with enough room",
  },
  LOG_LEVEL_MISSING: {
    kind: "user",
    text: "no level for {module}",
    remedy: "give debug, info, warn or error, or default to end a level that was set",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(diagnosticsCommandErrors);
