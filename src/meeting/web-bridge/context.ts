import type { IncomingMessage } from "node:http";
import type { Log, Prefix } from "#base";
import type { BridgeLinks, CallBridgeService, ClientOrigin } from "#bridge-link";
import { clientOrigin, type RequestFacts, trustedForwarded } from "./client-origin.ts";

/** What every handler of the Web Bridge works with. */
export interface WebBridgeContext {
  readonly log: Log;
  /** Bridge links that are up. */
  links(): number;
  /** The Call Bridge for one request. Throws BRIDGE_LINK_DOWN. */
  callBridge(): CallBridgeService;
  /** The same for every call with the same request, its trace id included. */
  originOf(request: IncomingMessage): ClientOrigin;
  /** The host that the browser asked for, as the outermost trusted proxy saw it. */
  joinHostOf(request: IncomingMessage): string | undefined;
}

export function webBridgeContext(log: Log, links: BridgeLinks, trustedProxies: readonly Prefix[]): WebBridgeContext {
  const origins = new WeakMap<IncomingMessage, ClientOrigin>();
  return {
    log,
    links: () => links.count,
    callBridge: () => links.require(),
    originOf: (request) => {
      const origin = origins.get(request) ?? clientOrigin(factsOf(request), trustedProxies);
      origins.set(request, origin);
      return origin;
    },
    joinHostOf: (request) => trustedForwarded(factsOf(request), trustedProxies)?.host ?? request.headers.host,
  };
}

function factsOf({ socket, headers }: IncomingMessage): RequestFacts {
  return {
    remoteAddress: socket.remoteAddress,
    forwarded: single(headers.forwarded),
    trace: single(headers["x-turnpike-trace"]),
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.at(-1) : header;
}
