import { type ErrorTable, errorsOf } from "#base";

export const targetErrors = {
  JOIN_HOST_NO_SERVICE: {
    kind: "config",
    text: "the SRV record {name} says that there is no Web Bridge",
    remedy: "let the record name the Web Bridge, or delete it so that the join host's own address counts",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(targetErrors);
