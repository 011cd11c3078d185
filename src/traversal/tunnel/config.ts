import { z } from "zod";
import { hostPort, path, prefix } from "#base";

/** Networks in which a core may stand: private ones (RFC 1918, RFC 4193) and this machine. */
export const DEFAULT_443_FROM = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1"];

/** The edge's `tunnel:` section. */
export const tunnelSection = z.strictObject({
  listen: hostPort(2222).default({ address: "0.0.0.0", port: 2222 }).describe("where cores dial in, TCP"),
  hostKey: path().describe("this edge's private SSH key; cores pin its public half"),
  authorizedKeys: z.array(path()).min(1).describe("public SSH keys of the cores that may open tunnels"),
  over443: z
    .strictObject({
      from: z
        .array(prefix())
        .prefault(DEFAULT_443_FROM)
        .describe("addresses from which tunnels are also taken on `web.listen`; none: []"),
    })
    .prefault({})
    .describe("the way in when a firewall blocks the tunnel's own port: TLS on the web port, SSH inside"),
});

/** One row of the core's `edges:`. */
export const edgeEntry = z.strictObject({
  address: hostPort(2222).describe("an edge's inner address and tunnel port; a name may have an address for each edge"),
  hostKey: path().describe("that edge's public SSH key, or those of a cluster, one a line; no other is accepted"),
  fallback: z
    .union([z.literal("off"), hostPort(443)])
    .optional()
    .describe("where to go when the tunnel port cannot be reached; 443 of the same address if left out; or `off`"),
});
