import { type ErrorTable, errorsOf } from "#base";

export const roleControlErrors = {
  ROLE_FILE_NONE: {
    kind: "user",
    text: "no {names} was found ({places})",
    remedy: "go to the folder of the role, or name its file: --config FILE",
  },
  ROLE_FILE_SEVERAL: {
    kind: "user",
    text: "there are several roles here",
    remedy: "say which one: {choices}",
  },
  ROLE_FILE_OTHER: {
    kind: "user",
    text: "{file} is the {role}'s, and this is asked of the {wanted}",
    remedy: "name the file of the {wanted}: --config FILE",
  },
  CLI_FILE_UNREADABLE: {
    kind: "user",
    text: "{file}: cannot be read ({why})",
    remedy: "check the path; `-` reads standard input",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(roleControlErrors);
