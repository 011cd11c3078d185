import { randomBytes } from "node:crypto";
import { canonicalAddress, inPrefixes, type Prefix, parseHostPort } from "#base";
import type { ClientOrigin } from "#bridge-link";

/** What of a request says where it comes from. */
export interface RequestFacts {
  /** The socket's other end. */
  readonly remoteAddress: string | undefined;
  readonly forwarded: string | undefined;
  readonly trace: string | undefined;
}

/** What a trusted proxy says of the request that it received. */
export interface Forwarded {
  readonly for: string | undefined;
  readonly host: string | undefined;
}

const UNKNOWN_ADDRESS = "0.0.0.0";
const TRACE_ID = /^[0-9a-f]{16}$/;

/**
 * Who is at the other end. Only a trusted proxy is believed about someone else: to all others the header is decoration.
 * A trusted proxy whose header names no address still makes it a request from outside, with the proxy's own address.
 */
export function clientOrigin(facts: RequestFacts, trustedProxies: readonly Prefix[]): ClientOrigin {
  const socket = canonicalAddress(facts.remoteAddress ?? "") ?? UNKNOWN_ADDRESS;
  const traceId = facts.trace && TRACE_ID.test(facts.trace) ? facts.trace : randomBytes(8).toString("hex");
  const forwarded = trustedForwarded(facts, trustedProxies);
  if (!forwarded) return { address: socket, via: "inside", traceId };
  return { address: forwarded.for ?? socket, via: "edge", traceId };
}

/** The Forwarded header if the request comes from a trusted proxy that sent one. */
export function trustedForwarded(facts: RequestFacts, trustedProxies: readonly Prefix[]): Forwarded | undefined {
  const socket = canonicalAddress(facts.remoteAddress ?? "");
  if (facts.forwarded === undefined || !socket || !inPrefixes(socket, trustedProxies)) return undefined;
  return parseForwarded(facts.forwarded);
}

/** RFC 7239 4. Of several elements the last one counts: it is the one that the nearest proxy wrote. */
export function parseForwarded(header: string): Forwarded {
  const pairs = new Map<string, string>();
  const last = elements(header.slice(0, 1024)).at(-1) ?? "";
  for (const match of last.matchAll(/(\w+)=(?:"([^"\\]*)"|([^\s;,"]+))/g))
    pairs.set(match[1]!.toLowerCase(), match[2] ?? match[3]!);
  return { for: nodeAddress(pairs.get("for") ?? ""), host: pairs.get("host") };
}

/** Splits at commas outside quotes. */
function elements(header: string): string[] {
  return header.match(/(?:"[^"]*"|[^",])+/g) ?? [];
}

/** "192.0.2.1", "192.0.2.1:4711", "[2001:db8::1]", "[2001:db8::1]:4711"; undefined for "unknown" and "_hidden". */
function nodeAddress(node: string): string | undefined {
  return canonicalAddress(parseHostPort(node, 0)?.address ?? node);
}
