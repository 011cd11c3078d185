import { type ErrorTable, errorsOf } from "#base";

export const edgeCommandErrors = {
  PROTECTION_NOT_EXEMPT: {
    kind: "user",
    text: "{address} is not exempt",
    remedy: "name one of those that are: {list}",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(edgeCommandErrors);
