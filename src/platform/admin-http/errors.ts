import { type ErrorKind, type ErrorTable, errorsOf, type TurnpikeError } from "#base";

export const adminErrors = {
  ADMIN_PASSWORD_UNREADABLE: {
    kind: "config",
    text: "the password hash of administrator {username} cannot be read from {file} ({why})",
    remedy: "write one with `turnpike init`, or correct admin.users",
  },
  ADMIN_SIGN_IN: {
    kind: "user",
    text: "this is for administrators",
    remedy: "sign in with a name of admin.users and its password",
  },
  ADMIN_TOO_MANY_REQUESTS: {
    kind: "user",
    text: "too many requests from {from}",
    remedy: "wait {seconds} s",
  },
  ADMIN_NOT_JSON: {
    kind: "user",
    text: "a request that changes something must come from this server's own pages or a program, as application/json",
    remedy: "send `Content-Type: application/json` and a JSON body, if only {}",
  },
  ADMIN_BAD_REQUEST: {
    kind: "user",
    text: "the request is malformed: {why}",
    remedy: "see docs/protocol/administration.md",
  },
  ADMIN_NOT_FOUND: { kind: "user", text: "there is no {what}", remedy: "{remedy}" },
  ADMIN_FAILED: { kind: "bug", text: "the request failed", remedy: "see the log of the role" },
} as const satisfies ErrorTable;

export const fail = errorsOf(adminErrors);

/** For a route whose parameter names nothing: answered with 404. */
export function notFound(what: string, remedy: string): TurnpikeError {
  return fail("ADMIN_NOT_FOUND", { what, remedy });
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  ADMIN_SIGN_IN: 401,
  ADMIN_NOT_FOUND: 404,
  ADMIN_NOT_JSON: 415,
  ADMIN_TOO_MANY_REQUESTS: 429,
};

/** 409: the request is fine, the configuration it meets is not. */
const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  user: 400,
  config: 409,
  peer: 500,
  system: 500,
  bug: 500,
};

/** The body of every failed answer. `kind` says who must act. */
export interface AdminFailure {
  readonly error: {
    readonly code: string;
    readonly kind: ErrorKind;
    readonly message: string;
    readonly remedy: string;
  };
}

export function failureOf(error: TurnpikeError): { readonly status: number; readonly body: AdminFailure } {
  const { code, kind, message, remedy } = error;
  return { status: STATUS_OF_CODE[code] ?? STATUS_OF_KIND[kind], body: { error: { code, kind, message, remedy } } };
}
