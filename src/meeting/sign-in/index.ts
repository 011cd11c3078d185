export { type SignInConfig, signInSection } from "./config.ts";
export { signInErrors } from "./errors.ts";
export { isJid } from "./jid.ts";
export type { LdapSync, LdapSyncFailure, LdapSyncs, SyncParameters } from "./ldap/syncs.ts";
export { addLocalUser, type NewUser, removeLocalUser, setLocalPassword } from "./local-users.ts";
export { openSignIn, type SessionUser, type SignIn, type SignInOptions } from "./sign-in.ts";
export { removeUser } from "./user-references.ts";
