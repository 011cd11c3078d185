import { type ErrorTable, errorsOf } from "#base";

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
    remedy: "renew the certificate in {file} and start again",
  },
  CERTIFICATE_NOT_YET_VALID: {
    kind: "config",
    text: "{file}: the certificate is not valid before {time}",
    remedy: "check this machine's clock, or wait until then",
  },
  CERTIFICATE_SECRET_UNREADABLE: {
    kind: "config",
    text: "{file}: no secret can be read ({why})",
    remedy: "write the secret as the only line of {file}, readable by the user that runs Turnpike",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(certificateErrors);
