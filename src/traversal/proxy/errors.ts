import { type ErrorTable, errorsOf } from "#base";

const NOT_ACCEPTED = "This request was not accepted.";

export const proxyErrors = {
  EDGE_TUNNEL_DOWN: {
    kind: "system",
    text: "no tunnel to the inside answers for {host} ({why})",
    remedy: "look at the core's tunnel table: it names what stops the tunnel",
    guest: "The meeting service is not reachable from the edge right now.",
  },
  CORE_WEB_BRIDGE_UNREACHABLE: {
    kind: "system",
    text: "no Web Bridge for {host} can be reached ({why})",
    remedy:
      "check that the meeting server runs and that this core reaches it over HTTPS; the core's target table has each failure",
    guest: "The meeting server does not answer right now: its administrator can mend this.",
  },
  CORE_ALLOW_LIST_REFUSED: {
    kind: "peer",
    text: "{asked}",
    remedy:
      "none unless a guest's own link was refused: `turnpike allow-list explain METHOD URL` says by which column, and an editable rule opens it",
    guest: "This address is not part of the meeting service.",
  },
  PROXY_UPSTREAM_TIMEOUT: {
    kind: "system",
    text: "{host} did not answer in time",
    remedy: "check the load of the meeting server and the way to it",
    guest: "The meeting server took too long to answer: try again in a moment.",
  },
  PROXY_BAD_REQUEST: {
    kind: "peer",
    text: "malformed request: {why}",
    remedy: "none: hostile or broken client",
    guest: NOT_ACCEPTED,
  },
  PROXY_BAD_FRAMING: {
    kind: "peer",
    text: "request whose end is not clear: {why}",
    remedy: "none: request smuggling, or a broken client",
    guest: NOT_ACCEPTED,
  },
  PROXY_BAD_ORIGIN: {
    kind: "peer",
    text: "WebSocket from a page of another site",
    remedy: "none: pages of other sites may not use the meeting service",
    guest: NOT_ACCEPTED,
  },
  PROXY_METHOD_REFUSED: { kind: "peer", text: "method {method} is not served", remedy: "none", guest: NOT_ACCEPTED },
  PROXY_MISDIRECTED: {
    kind: "peer",
    text: "request for another host than its connection was made for",
    remedy: "none: hostile or broken client",
    guest: NOT_ACCEPTED,
  },
  PROXY_UNKNOWN_HOST: {
    kind: "peer",
    text: "host is no join host",
    remedy: "if guests use this name, add it to `joinHosts`",
    guest: "There is nothing here.",
  },
  PROXY_TOO_MANY_REQUESTS: {
    kind: "peer",
    text: "more requests from one source than `web.limits.requestsPerSecond` allows",
    remedy: "none against a flood; raise the limit, or put the source into `protection.exempt`, if its guests are real",
    guest: "There were too many requests from your network: try again in a moment.",
  },
  PROXY_CERTIFICATE_NAME: {
    kind: "config",
    text: "the web certificate does not name the join host {host}",
    remedy: "get a certificate whose subject alternative names hold every join host, and put it into place",
    guest: "The certificate of the meeting service does not name this address: its administrator can mend this.",
  },
  PROXY_HEADER_MISSING: {
    kind: "config",
    text: "the balancer {balancer} sent no valid PROXY header ({why})",
    remedy:
      "let that balancer send PROXY protocol v1 or v2 (haproxy: `send-proxy-v2`), or take it out of `web.proxyProtocol.from`",
  },
  PROTECTION_NO_ADDRESS: {
    kind: "user",
    text: "{source} is no address",
    remedy: "name an IPv4 address, or an IPv6 address, which stands for its /64",
  },
  PROTECTION_EXEMPT: {
    kind: "config",
    text: "{source} is exempt from protection, and so cannot be blocked",
    remedy: "take it out of `protection.exempt` first: `turnpike protection exempt {source} --remove`",
  },
  PROXY_TOO_LARGE: {
    kind: "peer",
    text: "request body is over {bytes} bytes",
    remedy: "none: the meeting service takes no uploads of that size",
    guest: "This is too large to be sent here.",
  },
} as const satisfies ErrorTable;

export type ProxyErrorCode = keyof typeof proxyErrors;
export const fail = errorsOf(proxyErrors);

/** Those that an HTTP request is answered with. */
export type RefusalCode = Exclude<ProxyErrorCode, "PROXY_HEADER_MISSING" | `PROTECTION_${string}`>;

/** HTTP status of each refusal. */
export const STATUS: Record<RefusalCode, number> = {
  EDGE_TUNNEL_DOWN: 502,
  CORE_WEB_BRIDGE_UNREACHABLE: 502,
  CORE_ALLOW_LIST_REFUSED: 403,
  PROXY_UPSTREAM_TIMEOUT: 504,
  PROXY_BAD_REQUEST: 400,
  PROXY_BAD_FRAMING: 400,
  PROXY_BAD_ORIGIN: 403,
  PROXY_METHOD_REFUSED: 405,
  PROXY_MISDIRECTED: 421,
  PROXY_UNKNOWN_HOST: 404,
  PROXY_TOO_MANY_REQUESTS: 429,
  PROXY_CERTIFICATE_NAME: 503,
  PROXY_TOO_LARGE: 413,
};
