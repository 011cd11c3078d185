import type { Alarm } from "#alarms";
import type { ColumnVerdict } from "#allow-list";
import type { EventEntry } from "#event-log";

/** What the pages of the core are told. Times are milliseconds since 1970; `now` is the core's clock. */
export interface CoreOverview {
  readonly now: number;
  readonly name: string;
  readonly version: string;
  readonly startedAt: number;
  readonly alarms: readonly Alarm[];
  /** The latest warnings and errors of the event log, latest first. */
  readonly recent: readonly EventEntry[];
  readonly edges: readonly {
    /** As configured. */
    readonly target: string;
    readonly connections: number;
    readonly active: number;
    readonly rttMs: number | undefined;
    readonly lastError: FailureView | undefined;
  }[];
  readonly joinHosts: readonly {
    readonly host: string;
    readonly enabled: boolean;
    readonly targets: number;
    readonly active: number;
    readonly why: string | undefined;
  }[];
  readonly web: TrafficView;
  readonly allowList: { readonly rules: number; readonly refused: number };
}

export interface FailureView {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export interface TrafficView {
  readonly requests: number;
  readonly refused: number;
  /** Open now. */
  readonly webSockets: number;
}

/** `GET /api/tunnels`; `POST /api/tunnels/retry` dials the failed ones now. */
export interface CoreTunnels {
  readonly now: number;
  /** "SHA256:…" of this core's identity. */
  readonly identity: string;
  readonly tunnels: readonly CoreTunnelRow[];
}

export interface CoreTunnelRow {
  /** The edge as configured: "edge.example.com:2222". */
  readonly target: string;
  /** Which of its addresses. */
  readonly address: string;
  readonly domain: string;
  readonly connection: number;
  readonly status: "connecting" | "active" | "failed";
  readonly since: number;
  /** No longer configured: finishes what it carries. */
  readonly draining: boolean;
  /** "address:port" at the other end; "" while there is none. */
  readonly peer: string;
  /** While it is active. */
  readonly via: "2222" | "443" | undefined;
  /** Why it goes over 443. */
  readonly whyNotDirect: FailureView | undefined;
  /** Fingerprint of the edge's key. */
  readonly hostKey: string | undefined;
  readonly lastError: FailureView | undefined;
  readonly nextTryAt: number | undefined;
  readonly rttMs: number | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly channels: number;
}

/** `GET /api/join-hosts` */
export interface JoinHostsAnswer {
  readonly now: number;
  /** Meeting Server Web Proxy: on or off as a whole. */
  readonly enabled: boolean;
  readonly joinHosts: readonly JoinHostView[];
  /** Of the file, for changes. */
  readonly revision: string;
}

export interface JoinHostView {
  readonly host: string;
  readonly enabled: boolean;
  readonly whip: boolean;
  /** Off for a server of which only editable rules open something. */
  readonly automaticRules: boolean;
  /** Where the targets come from. */
  readonly source: "configured" | "srv" | "address" | "none";
  /** As configured: "address:port", if it is. */
  readonly target: string | undefined;
  readonly trust: "system" | "authorities" | "pinned";
  /** PEM files of that trust as configured. */
  readonly trustFile: string | undefined;
  readonly lookedUpAt: number | undefined;
  readonly nextLookupAt: number | undefined;
  /** While there is one, the answer before it holds on. */
  readonly lookupError: FailureView | undefined;
  readonly targets: readonly TargetView[];
}

export interface TargetView {
  readonly name: string;
  readonly address: string;
  readonly status: "unknown" | "active" | "failed";
  readonly since: number | undefined;
  readonly lastError: string | undefined;
  readonly nextProbeAt: number | undefined;
  readonly rttMs: number | undefined;
  /** 65536 for address records. */
  readonly priority: number;
  readonly weight: number;
  readonly requests: number;
}

/**
 * `POST /api/join-hosts` adds, `PUT /api/join-hosts/:host` changes (each answers JoinHostsAnswer), `DELETE` removes,
 * `POST /api/join-hosts/:host/check` looks up and probes now, `PUT /api/join-hosts-enabled { enabled }` is the switch
 * of the whole.
 */
export interface JoinHostBody {
  readonly host: string;
  readonly enabled?: boolean;
  readonly whip?: boolean;
  readonly automaticRules?: boolean;
  readonly target?: string;
  readonly ca?: string;
  readonly certificate?: string;
  readonly revision?: string;
}

/** `GET /api/allow-list` */
export interface AllowListAnswer {
  readonly now: number;
  readonly revision: string;
  readonly rules: readonly AllowRuleView[];
  readonly allowed: number;
  readonly refused: number;
  /** Latest first, at most 100. */
  readonly refusals: readonly RefusalView[];
}

export interface AllowRuleView {
  readonly id: string;
  readonly origin: "automatic" | "editable";
  readonly enabled: boolean;
  readonly description: string;
  readonly url: string;
  readonly protocol: "https" | "wss";
  readonly host: string;
  readonly port: number;
  readonly match: "exact" | "prefix";
  readonly path: string;
  readonly methods: readonly string[];
  /** The default methods are meant, whatever they are. */
  readonly defaultMethods: boolean;
  readonly allowed: number;
  readonly nearMisses: number;
  readonly lastUsedAt: number | undefined;
  /** Why it can never match, if it cannot. */
  readonly problem: string | undefined;
}

export interface RefusalView {
  readonly at: number;
  readonly method: string;
  /** Without its query. */
  readonly url: string;
  readonly source: string;
  readonly traceId: string;
  readonly reason: string;
  /** The rule that came nearest, as text. */
  readonly nearest: string | undefined;
  /** The same refusal, so often since. */
  readonly count: number;
}

/** `POST /api/allow-list` and `PUT /api/allow-list/:id`; `DELETE /api/allow-list/:id { }` with `?revision=`. Answers are AllowListAnswer. */
export interface AllowRuleBody {
  readonly description: string;
  readonly url: string;
  readonly methods: "default" | readonly string[];
  readonly match: "exact" | "prefix";
  readonly enabled?: boolean;
  readonly revision?: string;
}

/** `POST /api/allow-list/import { csv, dryRun, replace? }`; `GET /api/allow-list/export` is the CSV as text. */
export interface ImportAnswer {
  readonly dryRun: boolean;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Nothing is taken over if there is one. */
  readonly errors: readonly { readonly line: number; readonly why: string }[];
}

/** `POST /api/allow-list/explain { method, url }` */
export interface ExplainAnswer {
  readonly allowed: boolean;
  /** One line for a person. */
  readonly text: string;
  /** The path that decides and travels, if it differs from what was asked. */
  readonly normalised: string | undefined;
  readonly rule: AllowRuleView | undefined;
  /** Each column of that rule, in the order in which they are compared. */
  readonly columns: readonly ColumnVerdict[];
  /** What else the person should know, each a sentence with its remedy. */
  readonly notes: readonly string[];
}

/** `GET /api/edges`; changes by `PUT /api/config` of `edges` and `connectionsPerEdge`. */
export interface EdgesAnswer {
  readonly now: number;
  readonly revision: string;
  readonly connectionsPerEdge: number;
  readonly edges: readonly {
    readonly address: string;
    /** Absolute. */
    readonly hostKeyFile: string;
    readonly hostKeys: readonly string[];
    /** undefined: port 443 of the same address. */
    readonly fallback: string | undefined;
  }[];
}
