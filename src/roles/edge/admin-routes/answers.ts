import type { Alarm } from "#alarms";
import type { EventEntry } from "#event-log";
import type { EndToEnd } from "#proxy";
import type { TurnStatus } from "#turn";

/** What the pages of the edge are told. Times are milliseconds since 1970; `now` is the edge's clock. */
export interface EdgeOverview {
  readonly now: number;
  readonly name: string;
  readonly version: string;
  readonly startedAt: number;
  readonly alarms: readonly Alarm[];
  /** The latest warnings and errors of the event log, latest first. */
  readonly recent: readonly EventEntry[];
  readonly web: WebView;
  readonly tunnels: { readonly connections: number; readonly cores: number; readonly domains: readonly TunnelDomain[] };
  /** undefined while the TURN worker is being started anew. */
  readonly turn: TurnStatus | undefined;
  readonly blocked: number;
}

/** `GET /api/web`; `POST /api/web/check` sends the requests through the tunnels now. */
export interface WebView {
  readonly listening: string;
  readonly redirect: string | undefined;
  readonly requests: number;
  readonly refused: number;
  readonly refusedByCode: Readonly<Record<string, number>>;
  /** Open now. */
  readonly connections: number;
  readonly webSockets: number;
  /** Connections of listed balancers without a valid PROXY header. */
  readonly badProxyHeaders: number;
  readonly joinHosts: readonly {
    readonly host: string;
    /** The certificate names it. */
    readonly named: boolean;
    /** Live tunnel connections that carry it. */
    readonly connections: number;
    /** What a request from the edge through the tunnel found. */
    readonly endToEnd: EndToEnd;
  }[];
}

export interface TunnelDomain {
  readonly domain: string;
  readonly connections: number;
}

/** `GET /api/tunnels` */
export interface EdgeTunnels {
  readonly now: number;
  readonly listening: string;
  /** "SHA256:…" of this edge's host key. */
  readonly hostKey: string;
  readonly domains: readonly TunnelDomain[];
  readonly connections: readonly EdgeTunnelConnection[];
  /** Two cores that show one key: each is a stranger to the other. */
  readonly sharedIdentities: readonly {
    readonly fingerprint: string;
    readonly peers: readonly string[];
    readonly since: number;
  }[];
}

export interface EdgeTunnelConnection {
  readonly peer: string;
  readonly fingerprint: string;
  /** Comment of the key in the file. */
  readonly comment: string;
  readonly software: string;
  readonly via: "2222" | "443";
  readonly since: number;
  readonly domains: readonly string[];
  readonly rttMs: number | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly channels: number;
}

/**
 * `GET /api/protection`; `POST /api/protection/block { source, minutes }` and `POST /api/protection/unblock { source }`
 * answer the same. Mode, exemptions, threshold and times
 * are `protection` of the file, limits are `web.limits`: `PUT /api/config`.
 */
export interface ProtectionAnswer {
  readonly now: number;
  readonly mode: "block" | "observe" | "off";
  readonly exempt: readonly string[];
  /** In mode "observe": those that would be blocked, but for those that an administrator has blocked. */
  readonly blocked: readonly BlockedSource[];
  /** How often each kind of failure was seen. */
  readonly failures: Readonly<Record<string, number>>;
  /** Connections that were turned away. */
  readonly refused: { readonly blocked: number; readonly limited: number };
  readonly limits: Readonly<Record<string, number>>;
  readonly rules: {
    readonly threshold: number;
    readonly firstBlockSeconds: number;
    readonly lastBlockSeconds: number;
  };
  /** Sources that are remembered now. */
  readonly sources: number;
}

export interface BlockedSource {
  readonly source: string;
  readonly since: number;
  readonly until: number;
  readonly why: string;
  /** An administrator's: it holds in every mode. */
  readonly byHand: boolean;
  /** How often it has been blocked. */
  readonly count: number;
}

/** `GET /api/administration`: System > Administration. Changes by `PUT /api/config`. */
export interface AdministrationView {
  readonly name: string;
  readonly listening: string;
  /** What may be chosen, and why the others not. */
  readonly ports: readonly { readonly port: number; readonly allowed: boolean; readonly why: string | undefined }[];
  readonly idleTimeoutMinutes: number;
  readonly redirect: boolean;
  readonly hsts: boolean;
}
