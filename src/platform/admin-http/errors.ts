import { type ErrorKind, type ErrorTable, errorsOf, TurnpikeError } from "#base";

export const adminErrors = {
  ADMIN_ACCOUNTS_FILE: {
    kind: "config",
    text: "the file of administrators {file} cannot be used ({why})",
    remedy: "mend it, or move it away and run `turnpike admin add NAME --role admin`",
  },
  ADMIN_ACCOUNTS_OPEN: {
    kind: "config",
    text: "the file of administrators {file} is open to others (mode {mode})",
    remedy: "run `chmod 600 {file}`",
  },
  ADMIN_ACCOUNTS_BUSY: {
    kind: "system",
    text: "the file of administrators is being changed by another process ({draft} exists)",
    remedy: "try again; if it stays, remove that file",
  },
  ADMIN_NAME_BAD: {
    kind: "user",
    text: "{name} cannot be the name of an administrator",
    remedy: "take 1 to 64 characters without spaces, colons and control characters",
  },
  ADMIN_NAME_TAKEN: {
    kind: "user",
    text: "there is an administrator {name} already",
    remedy: "take another name, or run `turnpike admin password {name}`",
  },
  ADMIN_NAME_UNKNOWN: {
    kind: "user",
    text: "there is no administrator {name}",
    remedy: "`turnpike admin list` shows those there are",
  },
  ADMIN_LAST: {
    kind: "user",
    text: "{name} is the last one with the role admin",
    remedy: "add another one first: `turnpike admin add NAME --role admin`",
  },
  ADMIN_PASSWORD_WEAK: {
    kind: "user",
    text: "the password is {why}",
    remedy: "take {min} to {max} characters; a few random words are best",
  },
  ADMIN_NO_ACCOUNTS: {
    kind: "config",
    text: "nobody can sign in: there is no administrator yet",
    remedy: "run `turnpike admin add NAME --role admin --config FILE` on this machine, as the user of the role",
  },
  ADMIN_SIGN_IN: {
    kind: "user",
    text: "this is for administrators",
    remedy: "sign in at the administration's page, or send name and password by HTTP Basic",
  },
  ADMIN_SIGN_IN_FAILED: {
    kind: "user",
    text: "name or password is wrong",
    remedy: "try again; after ten wrong ones within 15 minutes this network is locked out for 15 minutes",
  },
  ADMIN_CODE_NEEDED: {
    kind: "user",
    text: "this account has a second factor",
    remedy: "send `code` too: the six digits that the authenticator shows",
  },
  ADMIN_CODE_WRONG: {
    kind: "user",
    text: "the code is wrong, was used before or is too old",
    remedy: "wait for the next one; if none works, check the clocks of both devices",
  },
  ADMIN_API_ONLY: {
    kind: "user",
    text: "an account with the role api does not sign in to pages",
    remedy: "use it with HTTP Basic, or sign in with another account",
  },
  ADMIN_LOCKED_OUT: {
    kind: "user",
    text: "too many wrong passwords for this account from {from}",
    remedy: "wait {seconds} s, or sign in from another network",
  },
  ADMIN_TOO_MANY_REQUESTS: {
    kind: "user",
    text: "too many sign-ins from {from}",
    remedy: "wait {seconds} s",
  },
  ADMIN_FORGED: {
    kind: "user",
    text: "a request that changes something must come from this server's own pages or from a program",
    remedy: "send `x-turnpike-admin: 1` with a session, and from no page of another site",
  },
  ADMIN_FORBIDDEN: {
    kind: "user",
    text: "the role {role} may not do this",
    remedy: "sign in with an account that may; `turnpike admin list` shows the roles",
  },
  ADMIN_NEEDS_SESSION: {
    kind: "user",
    text: "this concerns a session, and there is none",
    remedy: "sign in by `POST /api/session`",
  },
  ADMIN_TOTP_ON: {
    kind: "user",
    text: "this account has a second factor already",
    remedy: "remove it first",
  },
  ADMIN_TOTP_NOT_BEGUN: {
    kind: "user",
    text: "no second factor is being set up in this session",
    remedy: "begin again with `POST /api/session/totp`",
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
  ADMIN_NO_APP: {
    kind: "config",
    text: "the pages of the administration are missing: {folder} has no index.html",
    remedy: "build them with `npm run build`",
  },
  ADMIN_FAILED: { kind: "bug", text: "the request failed", remedy: "see the log of the role" },
} as const satisfies ErrorTable;

export const fail = errorsOf(adminErrors);

/** For a route whose parameter names nothing: answered with 404. */
export function notFound(what: string, remedy: string): TurnpikeError {
  return fail("ADMIN_NOT_FOUND", { what, remedy });
}

/** Who asked too often may ask again after some seconds. */
export class LimitError extends TurnpikeError {
  readonly retryAfterSeconds: number;
  constructor(code: "ADMIN_LOCKED_OUT" | "ADMIN_TOO_MANY_REQUESTS", from: string, seconds: number) {
    super(code, adminErrors[code], { from, seconds });
    this.retryAfterSeconds = seconds;
  }
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  ADMIN_SIGN_IN: 401,
  ADMIN_NO_ACCOUNTS: 401,
  ADMIN_SIGN_IN_FAILED: 401,
  ADMIN_CODE_NEEDED: 401,
  ADMIN_CODE_WRONG: 401,
  ADMIN_API_ONLY: 403,
  ADMIN_FORGED: 403,
  ADMIN_FORBIDDEN: 403,
  ADMIN_NEEDS_SESSION: 403,
  ADMIN_NOT_FOUND: 404,
  ADMIN_TOTP_ON: 409,
  ADMIN_TOTP_NOT_BEGUN: 409,
  CONFIG_CHANGED_MEANWHILE: 409,
  ADMIN_NOT_JSON: 415,
  ADMIN_LOCKED_OUT: 429,
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
