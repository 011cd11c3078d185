import { type ErrorTable, errorsOf } from "#base";

/** What the checks find. Texts name the address that was tried where it matters. */
export const doctorErrors = {
  DOCTOR_BAD_OPTION: {
    kind: "user",
    text: "{option} {value} cannot be used ({why})",
    remedy: "see `turnpike doctor outside --help`",
  },
  DOCTOR_CHECK_FAILED: {
    kind: "bug",
    text: "the check itself failed ({why})",
    remedy: "please report it with this line",
  },
  DOCTOR_DNS_MISSING: {
    kind: "config",
    text: "{host} has no address here ({why})",
    remedy: "add an A record for it with the public address of each edge",
  },
  DOCTOR_DNS_PRIVATE: {
    kind: "config",
    text: "{host} is {address}, a private address",
    remedy: "from outside it must be the edge's public address; run this on a machine outside, with its DNS",
  },
  DOCTOR_DNS_OTHER: {
    kind: "config",
    text: "{host} is {found}, and not {address}",
    remedy: "add the edge's public address to the A records, or leave --edge out",
  },
  DOCTOR_PORT_CLOSED: {
    kind: "system",
    text: "TCP {port} of {address} does not answer ({why})",
    remedy: "start the edge, and let the outer firewall pass TCP {port} to it",
  },
  DOCTOR_REDIRECT: {
    kind: "config",
    text: "TCP 80 answers {status} {location} and not a redirect to {expected}",
    remedy: "set `web.redirectListen` of edge.yaml; something else may hold port 80 in front of it",
  },
  DOCTOR_TLS_FAILED: {
    kind: "system",
    text: "no TLS with {address} ({why})",
    remedy: "see that TCP 443 leads to the edge, and that `joinHosts` of edge.yaml has the name",
  },
  DOCTOR_CERTIFICATE_NAME: {
    kind: "config",
    text: "the certificate is not for {host}, but for {names}",
    remedy: "get one that names every join host, and put it where `web.certificate` of edge.yaml says",
  },
  DOCTOR_CERTIFICATE_DATES: {
    kind: "config",
    text: "the certificate is good from {from} to {to}, and now it is {now}",
    remedy: "renew the certificate of the edge, or set this machine's clock",
  },
  DOCTOR_CERTIFICATE_ENDS: {
    kind: "config",
    text: "the certificate ends in {days} days, on {to}",
    remedy: "renew it; the edge takes a new file over by itself",
  },
  DOCTOR_CERTIFICATE_UNTRUSTED: {
    kind: "config",
    text: "browsers do not trust the certificate: {why}; the edge sends {count}, the last one issued by {issuer}",
    remedy: "put the whole chain of a public authority into `web.certificate`, or give a local one by --ca",
  },
  DOCTOR_ROAD: {
    kind: "system",
    text: "no answer of the Web Bridge comes through: {status} {code}",
    remedy: "{remedy}",
  },
  DOCTOR_NO_CALL_BRIDGE: {
    kind: "system",
    text: "the Web Bridge answers, but no Call Bridge is connected to it",
    remedy: "look at the bridge links on Status > General of the meeting server",
  },
  DOCTOR_WEBSOCKET: {
    kind: "system",
    text: "a WebSocket is not let through ({why})",
    remedy: "look at the allow list for wss, and at proxies between this machine and the edge",
  },
  DOCTOR_TURN_SILENT: {
    kind: "system",
    text: "no TURN server answers at {address} over {transport} {port} ({why})",
    remedy: "{remedy}",
  },
  DOCTOR_RELAY_ADDRESS: {
    kind: "config",
    text: "relays are told to be at {relayed}, which is not {address}",
    remedy: "set `turn.relay.advertised` of edge.yaml to the edge's public address",
  },
  DOCTOR_RELAY_CLOSED: {
    kind: "system",
    text: "of {count} relays these were not reached from here: UDP {ports}",
    remedy: "let the outer firewall pass the UDP ports of `turn.relay.ports` to the edge",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(doctorErrors);
