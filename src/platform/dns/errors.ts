import { type ErrorTable, errorsOf } from "#base";

export const dnsErrors = {
  DNS_NO_SUCH_NAME: {
    kind: "config",
    text: "the name `{name}` does not exist (NXDOMAIN from {server})",
    remedy: "correct the name, or add it to DNS; then `turnpike dns flush`",
  },
  DNS_NO_RECORDS: {
    kind: "config",
    text: "the name `{name}` exists, but has no {type} record (from {server})",
    remedy: "add the record to DNS; then `turnpike dns flush`",
  },
  DNS_SERVER_FAILED: {
    kind: "system",
    text: "the name server {server} failed to answer for `{name}` (SERVFAIL)",
    remedy: "ask its administrator: it cannot reach the zone's servers, or the zone's signatures are wrong",
  },
  DNS_REFUSED: {
    kind: "config",
    text: "the name server {server} refuses to answer for `{name}` ({why})",
    remedy: "let it serve this machine, or set `dns.servers`",
  },
  DNS_TIMEOUT: {
    kind: "system",
    text: "no name server answered for `{name}` within {seconds} s (asked {server})",
    remedy: "check `dns.servers`, and that the firewall lets UDP and TCP port 53 through",
  },
  DNS_BAD_NAME: {
    kind: "user",
    text: "`{name}` is not a name that DNS can have",
    remedy: "labels of 1 to 63 characters with dots between them, 253 in all",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(dnsErrors);
