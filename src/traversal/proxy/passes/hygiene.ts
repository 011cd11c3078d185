import { fail } from "../errors.ts";
import { type Header, type Pass, type Passage, valuesOf } from "../passage.ts";

/** RFC 9110 7.6.1, and Expect, which Node has answered already. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
];

/** What a server behind might believe about who asks, or what for, if it came from outside. */
const IDENTITY = [
  /^forwarded$/,
  /^via$/,
  /^proxy$/,
  /^x-forwarded(-|$)/,
  /^x-(real|client|cluster-client|remote|originating|original|true-client)-?(ip|addr|url|host|uri)$/,
  /^(true-client-ip|cf-connecting-ip|x-rewrite-url)$/,
  /^x-(http-)?method(-override)?$/,
  /^x-turnpike-/,
];

export const dropsHopByHop: Pass = (passage) => {
  passage.headers = endToEnd(passage.headers);
};

/** Also those that "Connection" names; without the hop-by-hop ones a request cannot change how the next hop is framed. */
export function endToEnd(headers: readonly Header[]): Header[] {
  const named = valuesOf(headers, "connection").flatMap((value) => value.toLowerCase().split(","));
  const dropped = new Set([...HOP_BY_HOP, ...named.map((name) => name.trim())]);
  return headers.filter(([name]) => !dropped.has(name));
}

export const dropsIdentity: Pass = (passage) => {
  passage.headers = passage.headers.filter(([name]) => !IDENTITY.some((pattern) => pattern.test(name)));
};

/** "X_Forwarded_For" becomes "X-Forwarded-For" in servers that map names to variables. */
export const dropsAliases: Pass = (passage) => {
  passage.headers = passage.headers.filter(([name]) => !name.includes("_"));
};

/** No compression inside TLS of what strangers and secrets share, and none to unpack here or behind. */
export const dropsWebSocketExtensions: Pass = (passage) => {
  passage.headers = passage.headers.filter(([name]) => name !== "sec-websocket-extensions");
};

const TRACE = /^[0-9a-f]{16}$/;
export const TRACE_HEADER = "x-turnpike-trace";

/** The browser may start a trace, so that one join is one id; anything that does not look like one is replaced. */
export const takesTrace: (random: () => string) => Pass = (random) => (passage) => {
  passage.traceId = oneTrace(passage) ?? random();
};

/** The core takes the edge's trace or nothing. */
export const requiresTrace: Pass = (passage) => {
  const trace = oneTrace(passage);
  if (!trace) throw fail("PROXY_BAD_REQUEST", { why: "no trace from the edge" });
  passage.traceId = trace;
};

export const setsTrace: Pass = (passage) => {
  passage.headers.push([TRACE_HEADER, passage.traceId]);
};

function oneTrace({ headers }: Passage): string | undefined {
  const traces = valuesOf(headers, TRACE_HEADER);
  return traces.length === 1 && TRACE.test(traces[0]!) ? traces[0] : undefined;
}
