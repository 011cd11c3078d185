import { fail } from "../errors.ts";
import { type Header, type Pass, type Passage, valuesOf } from "../passage.ts";

/** RFC 9110 7.6.1, and Expect, which Node has answered already. */
const HOP_BY_HOP = new Set([
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
]);

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
  const kept = headers.filter(([name]) => !HOP_BY_HOP.has(name));
  const named = headers.flatMap(([name, value]) => (name === "connection" ? tokensOf(value) : NONE));
  return named.length === 0 ? kept : kept.filter(([name]) => !named.includes(name));
}

const NONE: readonly string[] = [];

/** Without the two that name no header, which nearly every message has. */
function tokensOf(value: string): readonly string[] {
  const tokens = value.toLowerCase().split(",");
  return tokens.map((token) => token.trim()).filter((token) => !STAYS.has(token));
}

/** Of what Connection may name: two are no headers, and where the body ends is not the sender's to hide from the next hop. */
const STAYS = new Set(["close", "keep-alive", "content-length"]);

export const dropsIdentity: Pass = (passage) => {
  passage.headers = passage.headers.filter(([name]) => !isIdentity(name));
};

/** Verdicts on names that have come: browsers send the same thirty. Names are strangers' choice, and so only a few are kept. */
const judged = new Map<string, boolean>();
const MOST_JUDGED = 500;

function isIdentity(name: string): boolean {
  const known = judged.get(name);
  if (known !== undefined) return known;
  const verdict = IDENTITY.some((pattern) => pattern.test(name));
  if (judged.size < MOST_JUDGED && name.length < 64) judged.set(name, verdict);
  return verdict;
}

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
