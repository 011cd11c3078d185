import { fail } from "../errors.ts";
import { type Pass, type Passage, valuesOf } from "../passage.ts";

/** RFC 6455 4.2.1: what a server must see before it may switch protocols. */
export const isWebSocketHandshake: Pass = (passage) => {
  if (!passage.webSocket) return;
  const one = (name: string) => oneValue(passage, name);
  if (passage.method !== "GET") throw fail("PROXY_BAD_REQUEST", { why: "upgrade by another method than GET" });
  if (one("upgrade")?.toLowerCase() !== "websocket")
    throw fail("PROXY_BAD_REQUEST", { why: "upgrade to no WebSocket" });
  if (one("sec-websocket-version") !== "13") throw fail("PROXY_BAD_REQUEST", { why: "WebSocket version is not 13" });
  if (!/^[A-Za-z0-9+/]{21}[AQgw]==$/.test(one("sec-websocket-key") ?? ""))
    throw fail("PROXY_BAD_REQUEST", { why: "WebSocket key is not 16 bytes of base64" });
};

/** A page of another site must not drive a guest's session (RFC 6455 10.2). SDKs outside browsers send no Origin. */
export const hasOwnOrigin: Pass = (passage, { joinHosts }) => {
  const origins = valuesOf(passage.headers, "origin");
  if (!passage.webSocket || origins.length === 0) return;
  const host =
    origins.length === 1 ? /^https:\/\/(\[[0-9a-f:.]+\]|[^/:@\s]+)(:\d{1,5})?$/.exec(origins[0]!)?.[1] : undefined;
  if (!host || !joinHosts.includes(host.replace(/^\[|\]$/g, ""))) throw fail("PROXY_BAD_ORIGIN");
};

function oneValue(passage: Passage, name: string): string | undefined {
  const values = valuesOf(passage.headers, name);
  return values.length === 1 ? values[0] : undefined;
}
