export type Protocol = "https" | "wss";

/** What a rule may allow, in the order in which the guide writes them. */
export const METHODS = ["GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"] as const;
export type Method = (typeof METHODS)[number];
export const DEFAULT_METHODS: readonly Method[] = ["GET", "POST", "PUT", "HEAD", "DELETE"];

/** The tunnels carry the join hosts' port 443 and nothing else, wherever a Web Bridge listens. */
export const TUNNEL_PORT = 443;

/** One row of the allow list: what may pass from the edge to the inside. */
export interface Rule {
  readonly id: string;
  /** Automatic ones come with a join host and cannot be changed. */
  readonly origin: "automatic" | "editable";
  readonly enabled: boolean;
  readonly description: string;
  readonly protocol: Protocol;
  /** Lower-case host name or IP address. */
  readonly host: string;
  readonly port: number;
  readonly match: "exact" | "prefix";
  /** Normalised path that begins with "/". A prefix ends at a "/" of the request's path: "/api" is no prefix of "/apix". */
  readonly path: string;
  readonly methods: readonly Method[];
  /** The default methods are meant, and not just the same ones chosen. */
  readonly defaultMethods: boolean;
}

/** What a request asks for, after its path was normalised. */
export interface Ask {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

/** What the allow list knows of a join host. */
export interface ListedHost {
  /** Lower case. */
  readonly host: string;
  readonly enabled?: boolean | undefined;
  readonly whip?: boolean | undefined;
  /** False for a server of which only editable rules open something. */
  readonly automaticRules?: boolean | undefined;
}

/**
 * The two rules that a join host brings with it. WHIP changes a session by PATCH (RFC 9725 4.3). It gets no OPTIONS: only
 * pages of other sites need that, for CORS, and encoders are no pages; an editable rule can open it.
 */
export function automaticRules({ host, whip = false, automaticRules = true }: ListedHost): readonly Rule[] {
  if (!automaticRules) return [];
  return (["https", "wss"] as const).map((protocol) => ({
    id: `automatic:${protocol}:${host}`,
    origin: "automatic",
    enabled: true,
    description: "Meeting Server web bridges",
    protocol,
    host,
    port: TUNNEL_PORT,
    match: "prefix",
    path: "/",
    methods: whip ? [...DEFAULT_METHODS, "PATCH"] : DEFAULT_METHODS,
    defaultMethods: !whip,
  }));
}

export function urlOf({ protocol, host, port, path }: Pick<Rule, "protocol" | "host" | "port" | "path">): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `${protocol}://${name}${port === TUNNEL_PORT ? "" : `:${port}`}${path}`;
}
