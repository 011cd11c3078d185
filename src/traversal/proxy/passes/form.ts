import { fail } from "../errors.ts";
import { type Pass, valuesOf } from "../passage.ts";

/** RFC 9110 9.1 methods that a meeting uses; CONNECT and TRACE never pass (the first is a tunnel, the second echoes secrets). */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];

export const isHttp11: Pass = ({ httpVersion }) => {
  if (httpVersion !== "1.1") throw fail("PROXY_BAD_REQUEST", { why: `HTTP/${httpVersion}` });
};

export const hasServedMethod: Pass = ({ method }) => {
  if (!METHODS.includes(method)) throw fail("PROXY_METHOD_REFUSED", { method });
};

/** Counted here and not by Node's `maxHeadersCount`, which would drop the rest without a word. */
export const hasFewHeaders: Pass = ({ headers }, { limits }) => {
  if (headers.length > limits.headerCount) throw fail("PROXY_BAD_REQUEST", { why: "too many headers" });
};

/** RFC 9110 7.6.1: for every hop. Who names one of them in Connection wants the next hop to read another message. */
const NEVER_NAMED = new Set(["content-length", "transfer-encoding"]);

/**
 * Exactly one way to tell where the body ends (RFC 9112 6.3). Node's parser refuses most of the rest; this pass does not
 * depend on that, since two parsers that disagree here are request smuggling.
 */
export const hasOneFraming: Pass = ({ headers, webSocket }, { limits }) => {
  const lengths = valuesOf(headers, "content-length");
  const codings = valuesOf(headers, "transfer-encoding");
  if (lengths.length + codings.length > 1) throw fail("PROXY_BAD_FRAMING", { why: "body framed twice" });
  if (codings.some((coding) => coding.toLowerCase() !== "chunked"))
    throw fail("PROXY_BAD_FRAMING", { why: "transfer coding other than chunked" });
  if (lengths.some((length) => !/^\d{1,15}$/.test(length))) throw fail("PROXY_BAD_FRAMING", { why: "bad length" });
  const named = valuesOf(headers, "connection").flatMap((value) => value.toLowerCase().split(","));
  if (named.some((token) => NEVER_NAMED.has(token.trim())))
    throw fail("PROXY_BAD_FRAMING", { why: "Connection names a header that frames" });
  const length = Number(lengths[0] ?? 0);
  if (length > limits.bodyBytes) throw fail("PROXY_TOO_LARGE", { bytes: limits.bodyBytes });
  if (webSocket && (length > 0 || codings.length > 0))
    throw fail("PROXY_BAD_REQUEST", { why: "WebSocket handshake with a body" });
};
