export type ProbeRequest =
  | { readonly do: "listen"; readonly transport: "tcp" | "udp"; readonly address: string; readonly port: number }
  | { readonly do: "tcp"; readonly address: string; readonly port: number; readonly timeoutMs: number }
  | {
      readonly do: "udp";
      readonly address: string;
      readonly port: number;
      /** 0 for any. */
      readonly fromPort: number;
      readonly timeoutMs: number;
    }
  | { readonly do: "lookup"; readonly name: string }
  | {
      readonly do: "https";
      readonly name: string;
      readonly address: string;
      readonly port: number;
      readonly path: string;
      /** The one authority that is trusted, as PEM. */
      readonly authority: string;
      readonly timeoutMs: number;
    };

/**
 * What the other side saw of the sender (or the address looked up, or status and body of the HTTP answer), and the round
 * trip; undefined if nothing came back.
 */
export type ProbeAnswer = { readonly seenAs: string; readonly ms: number } | undefined;

export type ProbeReply = { readonly id: number; readonly answer?: ProbeAnswer; readonly error?: string };
