import { createHmac } from "node:crypto";
import { formatAddress, type Log, Scope, type TransportAddress } from "#base";
import { type CallBridgeService, type DialledLinks, dialWebBridges, TrustFolder } from "#bridge-link";
import { openTurnServers, startCallBridge, type TurnServers } from "#call-bridge";
import { startCallRecords } from "#call-records";
import { loadPair } from "#certificates";
import { openMediaPool, type PoolEvent } from "#media";
import { openGround as openCommonGround } from "#operations";
import type { RunningRole } from "#roles";
import { openSignIn } from "#sign-in";
import { seedDefaults } from "#spaces";
import { openStorage, type Storage } from "#storage";
import { startWebBridge } from "#web-bridge";
import { startAdministration } from "./administration.ts";
import type { MeetingServerConfig } from "./config.ts";
import { watchCertificates, watchMediaWorkers, watchStorage } from "./health.ts";
import { type Bridges, edgeAddressesOf, type Ground } from "./parts.ts";
import { WebBridges } from "./web-bridges.ts";

/** Starts Web Bridge, Call Bridge and administration. Rejects, with nothing left open, if one of them cannot start. */
export async function startMeetingServer(config: MeetingServerConfig, log: Log): Promise<RunningRole> {
  const scope = new Scope();
  try {
    const ground = await openGround(scope, config, log);
    const webBridge = await startWebBridge(scope, {
      config: config.webBridge,
      trust: ground.trust["web-bridge"],
      log: log.with({ part: "web-bridge" }),
    });
    const bridges = await openBridges(scope, ground);
    const records = await startCallRecords(scope, {
      ...ground,
      calls: bridges.callBridge.calls,
      folder: config.callRecords,
      log: log.with({ part: "call-records" }),
    });
    const admin = await startAdministration(scope, ground, { ...bridges, records });
    return { scope, info: infoOf(webBridge, admin) };
  } catch (error) {
    await scope.close({ code: "start-failed" });
    throw error;
  }
}

async function openGround(scope: Scope, config: MeetingServerConfig, log: Log): Promise<Ground> {
  const common = await openCommonGround(scope, config, log);
  const { alarms, clock } = common;
  const { storageKeyFile: keyFile, storagePasswordFile: passwordFile } = config;
  const storage = await openStorage(scope, {
    where: config.storage,
    keyFile,
    ...(passwordFile ? { passwordFile } : {}),
    log: log.with({ part: "storage" }),
  });
  await seedDefaults(storage);
  watchStorage(scope, config.storage, storage, alarms);
  watchCertificates(scope, config, alarms, clock);
  return {
    ...common,
    config,
    storage,
    trust: {
      "web-bridge": new TrustFolder(config.webBridge.link.trust),
      "call-bridge": new TrustFolder(config.callBridge.link.trust),
    },
    hostId: await hostIdOf(storage, config.callBridge.name),
  };
}

async function openBridges(scope: Scope, ground: Ground): Promise<Bridges> {
  const { config, storage, alarms, events } = ground;
  const { name } = config.callBridge;
  const log = ground.log.with({ part: "call-bridge" });
  const signIn = await openSignIn(scope, {
    ...ground,
    joinHost: config.joinHost,
    config: config.signIn,
    log: ground.log.with({ part: "sign-in" }),
  });
  const turnServers = await openTurnServers(scope, { ...ground, callBridge: name, log });
  const { media } = config.callBridge;
  const { address, port } = media.listen;
  const options = {
    listen: { address, advertised: media.advertised ?? address, port },
    edges: [],
    logLevel: config.log.level,
  };
  const watchWorkers = watchMediaWorkers(alarms);
  const callBridge = await startCallBridge(scope, {
    ...ground,
    name,
    turnServers,
    openMedia: (tell) => {
      const onEvent = (event: PoolEvent) => {
        watchWorkers(event);
        tell(event);
      };
      return openMediaPool(scope, { workers: media.workers, options, onEvent, log });
    },
    sessionUser: signIn.sessionUser,
    portal: signIn.portal,
    log,
  });
  const webBridges = new WebBridges({ storage, callBridge: name, alarms, events });
  const links = dial(scope, ground, { callBridge, turnServers, webBridges });
  await webBridges.follow(scope, links);
  return { signIn, turnServers, callBridge, links, webBridges };
}

interface Dialling {
  readonly callBridge: CallBridgeService;
  readonly turnServers: TurnServers;
  readonly webBridges: WebBridges;
}

function dial(scope: Scope, { config, trust, dns, log }: Ground, parts: Dialling): DialledLinks {
  const { name, link } = config.callBridge;
  return dialWebBridges(scope, {
    name,
    ...loadPair(link.certificate, link.key),
    trust: trust["call-bridge"],
    service: parts.callBridge,
    dns,
    edgeAddresses: () => edgeAddressesOf(parts.turnServers),
    log: log.with({ part: "bridge-link" }),
    onStatus: parts.webBridges.onStatus,
  });
}

/** Drawn from the storage's key, which no other storage has. */
async function hostIdOf(storage: Storage, name: string): Promise<string> {
  const hex = createHmac("sha256", await storage.signingKey())
    .update(`host ${name}`)
    .digest("hex");
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ];
  return parts.join("-");
}

function infoOf(
  webBridge: { readonly address: TransportAddress; readonly linkAddress: TransportAddress },
  admin: TransportAddress,
): Record<string, string> {
  return {
    webBridge: formatAddress(webBridge.address),
    bridgeLink: formatAddress(webBridge.linkAddress),
    admin: formatAddress(admin),
  };
}
