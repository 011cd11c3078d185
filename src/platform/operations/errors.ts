import { type ErrorTable, errorsOf } from "#base";

export const operationsErrors = {
  CONFIG_KEY_FIXED: {
    kind: "user",
    text: "`{key}` cannot be changed from here",
    remedy: "change it in {file} on the role's own machine, and reload or restart the role",
  },
  LOG_NO_SUCH_MODULE: {
    kind: "user",
    text: "there is no log module {module}",
    remedy: "it is one of {modules}",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(operationsErrors);
