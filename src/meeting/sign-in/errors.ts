import { type ErrorTable, errorsOf } from "#base";

export const signInErrors = {
  SIGN_IN_REFUSED: {
    kind: "user",
    text: "no user has this name and password",
    remedy: "compare the user name with the list of users; set a new password, or look at the LDAP source's filter",
    guest: "That user name or password is not right.",
  },
  SIGN_IN_RATE_LIMITED: {
    kind: "user",
    text: "too many sign-ins failed ({by})",
    remedy: "wait {seconds} s; if it goes on, someone is guessing: see the event log for the addresses",
    guest: "There were too many tries. Please wait a little.",
  },
  SIGN_IN_DIRECTORY_DOWN: {
    kind: "system",
    text: "the directory of this user cannot be asked ({why})",
    remedy: "see the alarm `ldapUnavailable`, mend the ldapServer or its network",
    guest: "Sign-in is not possible right now: the company directory does not answer. Please try again later.",
  },
  SIGN_IN_NEEDED: {
    kind: "user",
    text: "there is no session, or it has ended",
    remedy: "sign in again",
    guest: "Please sign in.",
  },
  SIGN_IN_NO_PROVIDER: {
    kind: "user",
    text: "no identity provider with this id is in use",
    remedy: "enable it, or take the link to it away",
    guest: "This way to sign in does not exist any more.",
  },
  SIGN_IN_PROVIDER_DOWN: {
    kind: "system",
    text: "identity provider {name} cannot be used ({why})",
    remedy: "check its issuer URL, client id and secret, and that this server reaches it over HTTPS",
    guest: "Sign-in is not possible right now: the identity provider does not answer as it should.",
  },
  SIGN_IN_PROVIDER_REFUSED: {
    kind: "user",
    text: "identity provider {name} did not sign this person in ({why})",
    remedy: "sign in again; if it goes on, compare redirect URI and claims with the provider's settings",
    guest: "The identity provider did not sign you in. Please try again.",
  },
  SIGN_IN_PROVIDER_LATE: {
    kind: "user",
    text: "an answer of an identity provider belongs to no sign-in that was begun in this browser within ten minutes",
    remedy: "begin the sign-in again",
    guest: "That took too long, or was begun in another browser. Please sign in again.",
  },
  SIGN_IN_JID_TAKEN: {
    kind: "config",
    text: "identity provider {name} names a person {jid}, and a user with that jid exists who is not this person",
    remedy: "remove or rename the other user, or choose another claim as `jidClaim`",
    guest: "There is another account with your address on this server. Please tell its administrator.",
  },
  SIGN_IN_NO_JID: {
    kind: "config",
    text: "identity provider {name} gave no usable claim {claim}",
    remedy: "set `jidClaim` to a claim that looks like an e-mail address, and ask for its scope",
    guest: "The identity provider did not say who you are. Please tell the administrator of this server.",
  },
  PORTAL_BAD_REQUEST: {
    kind: "user",
    text: "a request was not well formed: {field} {why}",
    remedy: "use the meeting app, or send the fields that docs/protocol names",
    guest: "The meeting server did not understand the request.",
  },
  PORTAL_NOT_FOUND: {
    kind: "user",
    text: "there is no such thing, or it is not this user's",
    remedy: "reload the page",
    guest: "This does not exist, or you are not a member of it.",
  },
  PORTAL_NOT_ALLOWED: {
    kind: "user",
    text: "the membership of this user does not allow it ({permission})",
    remedy: "set `{permission}` of the coSpaceUser",
    guest: "You may not do this in this space.",
  },
  PORTAL_TAKEN: {
    kind: "user",
    text: "{field} is in use already",
    remedy: "choose another one",
    guest: "This is in use already. Please choose another one.",
  },
  PORTAL_CHANGED_MEANWHILE: {
    kind: "user",
    text: "somebody else changed it after this user had read it",
    remedy: "read it again and repeat the change",
    guest: "Somebody else changed this in the meantime. Please look at it again.",
  },
  PORTAL_TOO_MANY: {
    kind: "user",
    text: "this user has {limit} spaces or members already, as many as one may have",
    remedy: "delete some, or make the space by the API",
    guest: "There are too many of these already. Please delete some first.",
  },
  PORTAL_UNAVAILABLE: {
    kind: "system",
    text: "the storage cannot be used ({why})",
    remedy: "see the log and the alarms",
    guest: "This is not possible right now. Please try again in a moment.",
  },
  LDAP_MAPPING_WRONG: {
    kind: "config",
    text: "mapping {mapping} is not well formed ({why})",
    remedy: "write attributes as $attribute$, or $attribute|'/regex/replacement/'$",
  },
  LDAP_FILTER_WRONG: {
    kind: "config",
    text: "filter {filter} is not well formed ({why})",
    remedy: "write it as RFC 4515 has it, such as (objectClass=person)",
  },
  LDAP_FAILED: {
    kind: "system",
    text: "LDAP server {server} failed ({why})",
    remedy: "check address, port, `secure`, `startTls`, user name and password of the ldapServer, and its certificate",
  },
  LDAP_NO_ENTRIES: {
    kind: "config",
    text: "LDAP server {server} shows no entry at all below {baseDn}, so nobody is removed",
    remedy: "check filter and baseDn of the ldapSource, and what the ldapServer's user may read",
  },
  LDAP_TOO_MANY_SYNCS: {
    kind: "user",
    text: "{limit} LDAP syncs are waiting already",
    remedy: "wait until some have finished, or cancel one",
  },
  USER_EXISTS: {
    kind: "user",
    text: "there is a user {jid} already",
    remedy: "`turnpike user list` shows them; `turnpike user password {jid}` sets a new password",
  },
  USER_UNKNOWN: {
    kind: "user",
    text: "there is no user {jid}",
    remedy: "`turnpike user list` shows them",
  },
  USER_BAD_JID: {
    kind: "user",
    text: "{jid} is no name for a user",
    remedy: "write it as name@example.com",
  },
  USER_WEAK_PASSWORD: {
    kind: "user",
    text: "the password is too short or too long",
    remedy: "take {least} to {most} characters",
  },
  USER_NOT_LOCAL: {
    kind: "user",
    text: "{jid} comes from {source}, so it has no password here and comes back after removal",
    remedy: "change it in the directory or at the identity provider",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(signInErrors);
