import { type ErrorTable, errorsOf } from "#base";

export const coreCommandErrors = {
  CLI_CSV_UNREADABLE: {
    kind: "user",
    text: "{file}: cannot be read ({why})",
    remedy: "check the path; `-` reads standard input",
  },
  CLI_CSV_NOT_WRITTEN: {
    kind: "system",
    text: "{file}: cannot be written ({why})",
    remedy: "check the path, its permissions and the disk",
  },
  CLI_CSV_REFUSED: {
    kind: "user",
    text: "nothing was changed: {lines}",
    remedy: "mend these lines; `--dry-run` tells whether all is well",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(coreCommandErrors);
