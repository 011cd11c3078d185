import { type ErrorTable, errorsOf } from "#base";
import { acmeErrors } from "./acme/errors.ts";

export const certificateErrors = {
  CERTIFICATE_UNREADABLE: {
    kind: "config",
    text: "{file}: no certificate can be read ({why})",
    remedy: "put a PEM certificate (-----BEGIN CERTIFICATE-----) into {file}",
  },
  CERTIFICATE_KEY_UNREADABLE: {
    kind: "config",
    text: "{file}: no private key can be read ({why})",
    remedy: "put an unencrypted PEM private key into {file}, readable by the user that runs Turnpike",
  },
  CERTIFICATE_KEY_MISMATCH: {
    kind: "config",
    text: "{keyFile}: not the key of the certificate in {file}",
    remedy:
      "use the key with which the request for {file} was made; the server's own certificate must come first there",
  },
  CERTIFICATE_EXPIRED: {
    kind: "config",
    text: "{file}: the certificate expired at {time}",
    remedy: "renew the certificate in {file}; check this machine's clock if it should be good",
  },
  CERTIFICATE_NOT_YET_VALID: {
    kind: "config",
    text: "{file}: the certificate is not valid before {time}",
    remedy: "check this machine's clock, or wait until then",
  },
  CERTIFICATE_REFUSED_BY_TLS: {
    kind: "config",
    text: "{file}: OpenSSL does not serve this certificate ({why})",
    remedy: "get a certificate with an ECDSA P-256 or RSA 2048 key, signed with SHA-256",
  },
  CERTIFICATE_SECRET_UNREADABLE: {
    kind: "config",
    text: "{file}: no secret can be read ({why})",
    remedy: "write the secret as the only line of {file}, readable by the user that runs Turnpike",
  },
  CERTIFICATE_NO_SOURCE: {
    kind: "config",
    text: "`{key}` names no certificate",
    remedy: "give `{key}.certificate` and `{key}.key`, or `acme` to have one issued",
  },
  CERTIFICATE_NOT_WRITTEN: {
    kind: "system",
    text: "{file}: cannot be written ({why})",
    remedy: "let the role's user write this file and its folder, and look whether the disk is full",
  },
  CERTIFICATE_NO_SUCH_USE: {
    kind: "user",
    text: "there is no certificate for {use}",
    remedy: "it is one of {uses}",
  },
  CERTIFICATE_RENEWED_BY_ITSELF: {
    kind: "user",
    text: "the certificate for {use} is issued and renewed by itself",
    remedy: "take `acme` or `localAuthority` out of the configuration first, and name files there",
  },
  CERTIFICATE_KEY_MISSING: {
    kind: "user",
    text: "the certificate came without its key, and no request for {use} waits for it",
    remedy: "give the key too, or make a request first and have that signed",
  },
  CERTIFICATE_NAME_INVALID: {
    kind: "user",
    text: "{name} cannot stand in a certificate request",
    remedy: "give DNS names such as join.example.com, or IP addresses",
  },
  CERTIFICATE_BAD_UPLOAD: {
    kind: "user",
    text: "the request is not what is asked for here: {why}",
    remedy: "send `certificate` as PEM text, and `key` if there is no request that waits",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf({ ...certificateErrors, ...acmeErrors });
