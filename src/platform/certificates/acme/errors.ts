import type { ErrorTable } from "#base";

/** What an ACME server or the road to it may answer; the texts of RFC 8555 6.7 stand in {why}. */
export const acmeErrors = {
  CERTIFICATE_ACME_UNREACHABLE: {
    kind: "system",
    text: "the ACME server {directory} cannot be reached ({why})",
    remedy: "let this machine open connections to it (TCP 443), look its name up in DNS, and check `acme.directory`",
  },
  CERTIFICATE_ACME_UNTRUSTED: {
    kind: "config",
    text: "the ACME server {directory} has a certificate that is not trusted ({why})",
    remedy: "give its authority as `acme.ca`, and check this machine's clock",
  },
  CERTIFICATE_ACME_NO_ANSWER: {
    kind: "system",
    text: "the ACME server fetched no answer from {name} on port 80 ({why})",
    remedy:
      "let port 80 of {name} be reached from the Internet, by IPv6 too if DNS has an AAAA record, and set `web.redirectListen`",
  },
  CERTIFICATE_ACME_WRONG_ANSWER: {
    kind: "config",
    text: "somebody else answered the ACME server for {name} ({why})",
    remedy:
      "let all A and AAAA records of {name} lead to this machine: a cluster with one name needs a certificate in files",
  },
  CERTIFICATE_ACME_DNS: {
    kind: "config",
    text: "the ACME server cannot look {name} up ({why})",
    remedy: "publish an A or AAAA record for {name} in the public DNS",
  },
  CERTIFICATE_ACME_CAA: {
    kind: "config",
    text: "DNS forbids the ACME server to issue for {name} ({why})",
    remedy: "let the CAA record of {name} name this ACME server's authority",
  },
  CERTIFICATE_ACME_RATE_LIMITED: {
    kind: "system",
    text: "the ACME server has had too many requests ({why})",
    remedy: "wait: the next try is made when it may be; mend what failed before, and do not renew by hand",
  },
  CERTIFICATE_ACME_NAME_REFUSED: {
    kind: "config",
    text: "the ACME server does not issue for {name} ({why})",
    remedy: "ask only for public names that are yours: `acme.names`",
  },
  CERTIFICATE_ACME_REFUSED: {
    kind: "system",
    text: "the ACME server refused: {why}",
    remedy: "do what its answer asks for; if it says nothing, it tries again by itself",
  },
  CERTIFICATE_ACME_TIMEOUT: {
    kind: "system",
    text: "the ACME server did not come to a decision within {seconds} s",
    remedy: "look whether it is slow or down; it is tried again by itself",
  },
  CERTIFICATE_ACME_BAD_CERTIFICATE: {
    kind: "system",
    text: "the ACME server issued a certificate that cannot be used ({why})",
    remedy: "the old certificate stays; check this machine's clock and which server `acme.directory` names",
  },
} as const satisfies ErrorTable;
