import { z } from "zod";
import { logSection, path } from "#base";
import type { Listener } from "#listeners";
import { joinHostEntry } from "#proxy";
import { edgeEntry } from "#tunnel";

/** core.yaml. */
export const coreConfig = z.strictObject({
  joinHosts: z.array(joinHostEntry).min(1).describe("names under which guests join, and their Web Bridges"),
  edges: z.array(edgeEntry).min(1).describe("edges to dial"),
  identity: path().describe("this core's private SSH key; edges list its public half"),
  connectionsPerEdge: z.int().min(1).max(8).default(2).describe("tunnel connections to each edge, 1-8"),
  log: logSection.describe("what is printed on standard error"),
});

export type CoreConfig = z.output<typeof coreConfig>;

/** Every socket that the role will open, by its key: it has only its administration. */
export function coreListeners(_config: CoreConfig): readonly Listener[] {
  return [];
}
