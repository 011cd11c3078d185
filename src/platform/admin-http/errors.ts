import { type ErrorTable, errorsOf } from "#base";

export const adminErrors = {
  ADMIN_PASSWORD_UNREADABLE: {
    kind: "config",
    text: "the password hash of administrator {username} cannot be read from {file} ({why})",
    remedy: "write one with `turnpike init`, or correct admin.users",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(adminErrors);
