import { type ErrorTable, errorsOf } from "#base";

export const captureErrors = {
  CAPTURE_BAD_FILTER: {
    kind: "user",
    text: "{what} cannot be a filter of a capture ({why})",
    remedy: "give addresses such as 192.0.2.7, prefixes such as 10.0.0.0/8, names that DNS knows, or ports",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(captureErrors);
