import type { IncomingMessage } from "node:http";
import type { Ask, Decision } from "#allow-list";
import type { ProxyLimits } from "./limits.ts";

/** Name in lower case, and value. */
export type Header = readonly [name: string, value: string];

/** A request on its way through the passes. They read what came, refuse it by throwing, and fill in what goes on. */
export interface Passage {
  readonly method: string;
  readonly httpVersion: string;
  /** As it came. */
  readonly rawTarget: string;
  readonly webSocket: boolean;
  /** The host that the connection was made for: the server name of TLS, or the tunnel's join host. */
  readonly routedHost: string | undefined;
  /** Canonical IP address of the client; the core learns it from the edge. */
  source: string | undefined;
  headers: Header[];
  host: string;
  /** Normalised: this string decides and travels. */
  path: string;
  query: string;
  traceId: string;
}

export interface Policy {
  readonly joinHosts: readonly string[];
  readonly limits: ProxyLimits;
  /** On the core; counts and logs by itself. */
  readonly decide?: (ask: Ask) => Decision;
}

/** One job each; the order is in `passes/index.ts`. Throws a TurnpikeError of this part's table to refuse. */
export type Pass = (passage: Passage, policy: Policy) => void;

export function passageOf(
  request: IncomingMessage,
  from: { webSocket: boolean; source?: string | undefined; routedHost?: string | undefined },
): Passage {
  return {
    method: request.method ?? "",
    httpVersion: request.httpVersion,
    rawTarget: request.url ?? "",
    webSocket: from.webSocket,
    source: from.source,
    routedHost: from.routedHost,
    headers: pairs(request.rawHeaders),
    host: "",
    path: "/",
    query: "",
    traceId: "",
  };
}

/** Flat name and value list, as Node and undici give it, to pairs with lower-case names. */
export function pairs(raw: readonly (string | Buffer)[]): Header[] {
  return Array.from({ length: raw.length >> 1 }, (_, i) => [
    textOf(raw[2 * i]!).toLowerCase(),
    textOf(raw[2 * i + 1]!),
  ]);
}

export function valuesOf(headers: readonly Header[], name: string): string[] {
  return headers.filter(([key]) => key === name).map(([, value]) => value);
}

function textOf(value: string | Buffer): string {
  return typeof value === "string" ? value : value.toString("latin1");
}
