import type { Ask, Decision, From } from "#allow-list";
import type { RequestHead } from "./http/grammar.ts";
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
  readonly decide?: (ask: Ask, from: From) => Decision;
  /** On the edge: takes one request off what the source may ask, and gives the seconds until it may ask again. */
  readonly rate?: (source: string) => number;
  /** On the edge: join hosts that the certificate does not name. */
  readonly unnamed?: ReadonlySet<string>;
  /** On the edge: told of each refusal by a pass. */
  readonly refused?: (code: string, source: string) => void;
}

/** One job each; the order is in `passes/index.ts`. Throws a TurnpikeError of this part's table to refuse. */
export type Pass = (passage: Passage, policy: Policy) => void;

export function passageOf(
  head: RequestHead,
  from: { webSocket: boolean; source?: string | undefined; routedHost?: string | undefined },
): Passage {
  return {
    method: head.method,
    httpVersion: head.version,
    rawTarget: head.target,
    webSocket: from.webSocket,
    source: from.source,
    routedHost: from.routedHost,
    headers: head.headers,
    host: "",
    path: "/",
    query: "",
    traceId: "",
  };
}

export function valuesOf(headers: readonly Header[], name: string): string[] {
  return headers.filter(([key]) => key === name).map(([, value]) => value);
}
