import { hostname } from "node:os";
import { z } from "zod";
import { adminSection } from "#admin-http";
import { allowListSection } from "#allow-list";
import { logSection, path } from "#base";
import { controlSection } from "#control";
import { dnsSection } from "#dns";
import { eventLogSection } from "#event-log";
import type { Listener } from "#listeners";
import { joinHostsSection } from "#proxy";
import { edgeEntry } from "#tunnel";

/** core.yaml. */
export const coreConfig = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(100)
    .default(() => hostname())
    .describe("what administrators call this core; the machine's name if left out"),
  enabled: z.boolean().default(true).describe("Meeting Server Web Proxy: off refuses all guests and keeps the rest"),
  joinHosts: joinHostsSection.default([]).describe("names under which guests join, and their Web Bridges"),
  allowList: allowListSection.describe("editable rules; each join host brings its automatic ones"),
  edges: z.array(edgeEntry).max(64).default([]).describe("edges to dial"),
  identity: path().describe("this core's private SSH key; edges list its public half"),
  connectionsPerEdge: z.int().min(1).max(8).default(2).describe("tunnel connections to each address of an edge, 1-8"),
  dns: dnsSection.describe("how names are resolved"),
  eventLog: eventLogSection.describe("the event log that administrators read"),
  diagnostics: path().default("diagnostics").describe("folder of the latest diagnostic log"),
  control: controlSection.describe("the command line's way to the running core"),
  admin: adminSection.optional().describe("administration over HTTPS; off if left out"),
  log: logSection.describe("what is printed on standard error"),
});

export type CoreConfig = z.output<typeof coreConfig>;

/** Every socket that the role will open, by its key: it has only its administration. */
export function coreListeners({ admin }: CoreConfig): readonly Listener[] {
  return admin ? [{ key: "admin.listen", transport: "tcp", where: admin.listen }] : [];
}

/** Pages and the command line may change these, with all that is below them. */
export const CORE_EDITABLE: readonly string[] = [
  "name",
  "enabled",
  "joinHosts",
  "allowList",
  "edges",
  "connectionsPerEdge",
  "admin.idleTimeoutMinutes",
];
