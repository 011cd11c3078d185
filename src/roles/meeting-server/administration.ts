import { resolve } from "node:path";
import { openAuditTrail, startAdminServer } from "#admin-http";
import { apiPlugin } from "#api";
import type { Scope, TransportAddress } from "#base";
import type { CallRecords } from "#call-records";
import { startControl } from "#control";
import { metricsPage, processMetrics } from "#metrics";
import { adminRoutesOf } from "./admin-routes/index.ts";
import { callMetrics } from "./metrics.ts";
import { operatorRoutes } from "./operator-routes/index.ts";
import { type Bridges, edgeAddressesOf, type Ground } from "./parts.ts";

const APP = resolve(import.meta.dirname, "../../../dist/apps/admin");

/** The pages, the CMS API and the command line's socket of the meeting server. */
export async function startAdministration(
  scope: Scope,
  ground: Ground,
  bridges: Bridges & { readonly records: CallRecords },
): Promise<TransportAddress> {
  const { config, clock, alarms } = ground;
  const { callBridge, turnServers, links, webBridges, signIn, records } = bridges;
  const log = ground.log.with({ part: "admin" });
  const { calls } = callBridge;
  const api = apiPlugin({
    ...ground,
    calls,
    turnServers,
    webBridges,
    ldapSync: signIn.ldapSyncs,
    joinHost: config.joinHost,
    callBridge: config.callBridge.name,
    system: () => ({
      hostId: ground.hostId,
      softwareVersion: ground.version,
      uptimeSeconds: Math.floor((clock.now() - ground.startedAt) / 1000),
      cdrCorrelatorIndex: records.correlatorIndex(),
    }),
    log,
  });
  const reports = () => links.reports();
  const sources = {
    audit: openAuditTrail(scope, config.admin.auditFile, { clock, log }),
    routes: [
      ...adminRoutesOf({
        ...ground,
        calls,
        turnServers,
        links: reports,
        name: config.callBridge.name,
        joinHost: config.joinHost,
      }),
      ...operatorRoutes({
        ...ground,
        retryLinks: () => links.retry(),
        edgeAddresses: () => edgeAddressesOf(turnServers),
      }),
    ],
    metrics: metricsPage(processMetrics(), callMetrics({ calls, alarms, links: reports })),
    plugins: [api],
    app: { folder: APP },
  };
  await startControl(scope, config.control, sources, log.with({ part: "control" }));
  return startAdminServer(scope, config.admin, sources, log, clock);
}
