import { type ErrorTable, errorsOf } from "#base";

export const spaceErrors = {
  SPACE_BAD_FIELD: {
    kind: "user",
    text: "the {noun}'s {field} is not right: {why}",
    remedy: "mend the {field} and try again",
  },
  SPACE_PASSCODE_TOO_SHORT: {
    kind: "user",
    text: "the passcode has fewer than {min} characters",
    remedy: "choose a passcode of at least {min} characters",
  },
  SPACE_NO_SUCH_USER: {
    kind: "user",
    text: "there is no user `{userJid}`",
    remedy: "create the user, or import it from the directory, first",
  },
  SPACE_NO_CALL_ID: {
    kind: "system",
    text: "no free Meeting ID was found in {tries} tries",
    remedy: "give the callId yourself, or delete spaces that nobody needs",
  },
  SPACE_NO_SUCH_TEMPLATE: {
    kind: "user",
    text: "there is no template `{name}`",
    remedy: "use one of: {known}",
  },
  SPACE_NO_HOST_PROFILE: {
    kind: "user",
    text: "there is no call leg profile `Host`, which would say what hosts may do",
    remedy: "create a callLegProfile of that name, or an access method with another profile in the administration",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(spaceErrors);
