import { type ErrorTable, errorsOf } from "#base";

export const bridgeLinkErrors = {
  BRIDGE_LINK_DNS_FAILURE: {
    kind: "config",
    text: 'web bridge link {link}: name resolution for "{host}" failed ({why})',
    remedy:
      "make {host} resolve on the Call Bridge's machine to the Web Bridge's inside address (never to the edge's), or use the address in the url of the webBridge",
  },
  BRIDGE_LINK_CONNECT_FAILURE: {
    kind: "system",
    text: "failed to establish connection to web bridge link {link} at {where} ({why})",
    remedy: "check that the Web Bridge runs, that webBridge.link.listen is {where} and that no firewall is in between",
  },
  BRIDGE_LINK_TRUST_FAILURE: {
    kind: "config",
    text: "web bridge link {link} to {where}: {why}",
    remedy:
      "each side must trust the other's own certificate, not its issuer's: `turnpike call-bridge trust add` takes the Web Bridge's link certificate, `turnpike web-bridge trust add` the Call Bridge's",
  },
  BRIDGE_LINK_WRONG_ADDRESS: {
    kind: "config",
    text: 'web bridge link {link}: "{host}" resolves to {address}, which is the edge and not the Web Bridge ({why})',
    remedy: "give {host} its inside address in the DNS that the Call Bridge asks, then `turnpike dns flush`",
  },
  BRIDGE_LINK_BAD_CERTIFICATE: {
    kind: "user",
    text: "this is not a certificate that can be trusted: {why}",
    remedy: "give the other end's own link certificate in PEM form",
  },
  BRIDGE_LINK_NO_SUCH_TRUST: {
    kind: "user",
    text: "no single trusted certificate begins with `{fingerprint}` ({found})",
    remedy: "give at least eight digits of a fingerprint that `trust list` shows",
  },
  BRIDGE_LINK_TRUST_UNWRITABLE: {
    kind: "system",
    text: "the folder of trusted certificates {folder} cannot be written ({why})",
    remedy: "let the user that runs Turnpike write there",
  },
  BRIDGE_LINK_LOST: {
    kind: "peer",
    text: "web bridge link {link} to {where} was lost ({why})",
    remedy: "it is dialled again by itself; see the Web Bridge's log for the cause",
  },
  BRIDGE_LINK_DOWN: {
    kind: "system",
    text: "no Call Bridge is connected to this Web Bridge",
    remedy: "see the Call Bridge's log: it dials the Web Bridge and says why it cannot",
    guest: "The meeting service is not ready right now: its administrator can mend this.",
  },
  BRIDGE_LINK_TIMEOUT: {
    kind: "peer",
    text: "the Call Bridge did not answer {path} within {seconds} s",
    remedy: "see the Call Bridge's log and its load",
    guest: "The meeting server took too long to answer: try again in a moment.",
  },
  BRIDGE_LINK_BAD_ANSWER: {
    kind: "bug",
    text: "the Call Bridge failed to answer {path} ({why})",
    remedy: "see the Call Bridge's log; both ends should run the same version",
    guest: "Something went wrong on the meeting server. Please try again.",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(bridgeLinkErrors);
