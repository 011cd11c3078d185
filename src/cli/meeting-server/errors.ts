import { type ErrorTable, errorsOf } from "#base";

export const meetingServerCommandErrors = {
  CLI_FILE_UNREADABLE: {
    kind: "user",
    text: "{file}: cannot be read ({why})",
    remedy: "check the path; `-` reads standard input",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(meetingServerCommandErrors);
