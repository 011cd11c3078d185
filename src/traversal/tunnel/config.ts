import { z } from "zod";
import { hostPort, path } from "#base";

/** The edge's `tunnel:` section. */
export const tunnelSection = z.strictObject({
  listen: hostPort(2222).default({ address: "0.0.0.0", port: 2222 }).describe("where cores dial in, TCP"),
  hostKey: path().describe("this edge's private SSH key; cores pin its public half"),
  authorizedKeys: z.array(path()).min(1).describe("public SSH keys of the cores that may open tunnels"),
});

/** One row of the core's `edges:`. */
export const edgeEntry = z.strictObject({
  address: hostPort(2222).describe("an edge's inner address and tunnel port"),
  hostKey: path().describe("that edge's public SSH key; no other is accepted"),
});
