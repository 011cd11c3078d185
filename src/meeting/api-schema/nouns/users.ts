import type { Noun } from "../noun.ts";
import { choice, flag, HOST, lacking, number, reference, text } from "./build.ts";

const user: Noun = {
  name: "user",
  plural: "users",
  help: "Someone who can sign in. Made by hand (local), from a directory (LDAP) or at the first sign-in (OIDC).",
  sort: "userJid",
  missing: "userDoesNotExist",
  fields: [
    text("userJid", "how the user signs in", {
      required: true,
      listed: true,
      searched: true,
      claim: "userJid",
      max: 254,
      pattern: /^[^\s@/<>"]+@[^\s@/<>"]+$/u,
      form: "name@domain",
    }),
    text("name", "shown to others", { searched: true }),
    text("email", "for invitations", { max: 254, searched: true }),
    text("authenticationId", "what the identity provider calls the user", { max: 254 }),
    text("cdrTag", "written into the call records", { max: 100 }),
    reference("tenant", "the tenant the user belongs to", { listed: true }),
    lacking("userProfile"),
    text("password", "of a local user, at least 8 characters; never given out", {
      max: 256,
      virtual: true,
      secret: "write-only",
      extension: true,
    }),
    choice("source", "where the user comes from", ["local", "ldap", "oidc"], { readOnly: true, extension: true }),
    reference("ldapSource", "the source that the user was imported from", { readOnly: true, extension: true }),
    reference("identityProvider", "the provider that the user signed in with", { readOnly: true, extension: true }),
    text("passwordHash", "argon2id", { max: 500, internal: true, readOnly: true, secret: "write-only" }),
    text("subject", "of the identity provider", { max: 500, internal: true, readOnly: true }),
    text("distinguishedName", "in the directory", { max: 1000, internal: true, readOnly: true }),
    number("sessionsValidFrom", "sessions begun before are over; milliseconds since 1970", 0, 9e15, {
      internal: true,
      readOnly: true,
    }),
    text("revokedSessions", "ids of sessions that were signed out, with their ends", {
      max: 4000,
      internal: true,
      readOnly: true,
    }),
  ],
};

const MAPPING = "with $attribute$ for the values of the directory";

const ldapServer: Noun = {
  name: "ldapServer",
  plural: "ldapServers",
  help: "A directory.",
  missing: "ldapServerDoesNotExist",
  fields: [
    text("address", "host name or IP address", { ...HOST, required: true, listed: true, searched: true }),
    text("name", "for administrators", { searched: true }),
    number("portNumber", "usually 636 with TLS, 389 without", 1, 65_535, { required: true, listed: true }),
    text("username", "DN to read the directory with", { max: 500 }),
    text("password", "of that DN", { max: 256, secret: "write-only" }),
    flag("secure", "with TLS", { listed: true, default: false }),
    flag("startTls", "with TLS that is agreed on after connecting, usually on 389; without effect with `secure`", {
      default: false,
      extension: true,
    }),
    flag("usePagedResults", "fetch the results page by page", { default: true }),
    text("caCertificate", "PEM of the authority that signed its certificate; otherwise the system's authorities", {
      max: 20_000,
      extension: true,
    }),
  ],
};

const ldapMapping: Noun = {
  name: "ldapMapping",
  plural: "ldapMappings",
  help: "How entries of the directory become users.",
  missing: "ldapMappingDoesNotExist",
  fields: [
    text("jidMapping", `userJid, ${MAPPING}`, { max: 500, listed: true, searched: true }),
    text("nameMapping", `name, ${MAPPING}`, { max: 500 }),
    text("emailMapping", `e-mail address, ${MAPPING}; otherwise $mail$`, { max: 500, extension: true }),
    text("cdrTagMapping", `cdrTag, ${MAPPING}`, { max: 500 }),
    text("authenticationIdMapping", `authenticationId, ${MAPPING}`, { max: 500 }),
    text("coSpaceUriMapping", `URI of a space for each user, ${MAPPING}`, { max: 500 }),
    text("coSpaceSecondaryUriMapping", `another URI, ${MAPPING}`, { max: 500 }),
    text("coSpaceNameMapping", `name of that space, ${MAPPING}`, { max: 500 }),
    text("coSpaceCallIdMapping", `callId of that space, ${MAPPING}`, { max: 500 }),
  ],
};

const ldapSource: Noun = {
  name: "ldapSource",
  plural: "ldapSources",
  help: "Which part of a directory is imported, and how.",
  missing: "ldapSourceDoesNotExist",
  fields: [
    reference("server", "the directory", { to: "ldapServer", required: true, listed: true }),
    reference("mapping", "how entries become users", { to: "ldapMapping", required: true, listed: true }),
    text("baseDn", "where in the directory", { max: 500, required: true, listed: true, searched: true }),
    text("filter", "which entries (RFC 4515)", { max: 1000, listed: true, searched: true }),
    reference("tenant", "of the users", { listed: true }),
    lacking("userProfile"),
    flag("nonMemberAccess", "of the spaces", { default: true }),
  ],
};

const identityProvider: Noun = {
  name: "identityProvider",
  plural: "identityProviders",
  help: "An OpenID Connect provider that users sign in with.",
  sort: "name",
  missing: "identityProviderDoesNotExist",
  extension: true,
  fields: [
    text("name", "on the button that users see", { required: true, listed: true, searched: true }),
    text("issuer", "as in its discovery document", {
      required: true,
      listed: true,
      searched: true,
      max: 500,
      pattern: /^https:\/\/\S+$/,
      form: "an https:// URL",
    }),
    text("clientId", "that the provider gave", { required: true, max: 500 }),
    text("clientSecret", "that the provider gave", { max: 500, secret: "write-only" }),
    text("scopes", "separated by spaces", { max: 500, default: "openid profile email" }),
    text("jidClaim", "claim that holds the userJid", { max: 100, default: "email" }),
    text("nameClaim", "claim that holds the name", { max: 100, default: "name" }),
    text("emailClaim", "claim that holds the e-mail address", { max: 100, default: "email" }),
    text("caCertificate", "PEM of the authority that signed its certificate; otherwise the system's authorities", {
      max: 20_000,
    }),
    flag("enabled", "offered to users", { default: true, listed: true }),
  ],
};

export const USERS: readonly Noun[] = [user, ldapServer, ldapMapping, ldapSource, identityProvider];
