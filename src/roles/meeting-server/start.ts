import { readFileSync } from "node:fs";
import { startAdminServer } from "#admin-http";
import { formatAddress, type Log, Scope, systemClock } from "#base";
import { dialWebBridges } from "#bridge-link";
import { type CallBridge, type EventLine, mediaWorkerOptions, readTurnServers, startCallBridge } from "#call-bridge";
import { loadPair } from "#certificates";
import { openMediaPool } from "#media";
import type { RunningRole } from "#roles";
import { openStorage } from "#storage";
import { startWebBridge } from "#web-bridge";
import type { MeetingServerConfig } from "./config.ts";
import { statusPage } from "./status-page.ts";

/** Starts Web Bridge, Call Bridge and administration. Rejects, with nothing left open, if one of them cannot start. */
export async function startMeetingServer(config: MeetingServerConfig, log: Log): Promise<RunningRole> {
  const scope = new Scope();
  try {
    return await start(scope, config, log);
  } catch (error) {
    await scope.close({ code: "start-failed" });
    throw error;
  }
}

async function start(scope: Scope, config: MeetingServerConfig, log: Log): Promise<RunningRole> {
  const startedAt = systemClock.now();
  const webBridge = await startWebBridge(scope, { config: config.webBridge, log: log.with({ part: "web-bridge" }) });
  const callBridge = await openCallBridge(scope, config, log.with({ part: "call-bridge" }));
  const links = dialWebBridges(scope, {
    name: config.callBridge.name,
    targets: config.callBridge.webBridges.map(({ url, certificate }) => ({
      url,
      certificate: readFileSync(certificate, "utf8"),
    })),
    ...loadPair(config.callBridge.link.certificate, config.callBridge.link.key),
    service: callBridge,
    log: log.with({ part: "bridge-link" }),
  });
  const status = () => statusPage(callBridge.status(), links.reports(), startedAt, systemClock.now());
  const admin = await startAdminServer(scope, config.admin, { page: status }, log.with({ part: "admin" }));
  return {
    scope,
    info: {
      webBridge: formatAddress(webBridge.address),
      bridgeLink: formatAddress(webBridge.linkAddress),
      admin: formatAddress(admin),
    },
  };
}

async function openCallBridge(scope: Scope, config: MeetingServerConfig, log: Log): Promise<CallBridge> {
  const { name, media } = config.callBridge;
  const turnServers = readTurnServers(config.callBridge.turnServers);
  const options = mediaWorkerOptions(media, turnServers, config.log.level);
  return startCallBridge(scope, {
    name,
    spaces: await openStorage(scope, config.storage),
    turnServers,
    openMedia: (onEvent) => openMediaPool(scope, { workers: media.workers, options, onEvent, log }),
    clock: systemClock,
    log,
    eventLine: eventLineTo(log),
  });
}

/** The event log goes into the one log, marked, in the words that administrators of such servers know. */
function eventLineTo(log: Log): EventLine {
  const events = log.with({ log: "event" });
  return (level, text) => events[level === "warning" ? "warn" : level](text);
}
