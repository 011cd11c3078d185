export type Protocol = "https" | "wss";
export type Method = "GET" | "POST" | "PUT" | "HEAD" | "DELETE" | "PATCH" | "OPTIONS";

/** One row of the allow list: what may pass from the edge to the inside. */
export interface Rule {
  readonly description: string;
  readonly protocol: Protocol;
  /** Lower-case host name or IP address. */
  readonly host: string;
  readonly port: number;
  readonly match: "exact" | "prefix";
  /** Normalised path that begins with "/". A prefix ends at a "/" of the request's path: "/api" is no prefix of "/apix". */
  readonly path: string;
  readonly methods: readonly Method[];
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

/** The two rules that every join host brings with it. */
export function automaticRules(joinHost: string): readonly Rule[] {
  return (["https", "wss"] as const).map((protocol) => ({
    description: "Meeting Server web bridges",
    protocol,
    host: joinHost,
    port: 443,
    match: "prefix",
    path: "/",
    methods: ["GET", "POST", "PUT", "HEAD", "DELETE"],
  }));
}
