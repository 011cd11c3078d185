import { z } from "zod";
import { type AdminRoute, notFound, readBody } from "#admin-http";
import { formatAddress } from "#base";
import { certificateNames } from "#proxy";
import { ADMIN_PORTS, adminPortProblem } from "../config.ts";
import { turnRoutes } from "../turn-routes.ts";
import type { AdministrationView, EdgeOverview, EdgeTunnels, ProtectionAnswer, WebView } from "./answers.ts";
import type { EdgeRouteDeps } from "./deps.ts";

const unblockBody = z.strictObject({ source: z.string().min(1).max(64) });
/** 30 days at most. */
const blockBody = z.strictObject({
  source: z.string().min(1).max(64),
  minutes: z.int().min(1).max(43_200).default(60),
});

/** docs/protocol/administration.md lists them. */
export function edgeRoutes(deps: EdgeRouteDeps): readonly AdminRoute[] {
  const { protection, endToEnd, control } = deps;
  return [
    { method: "GET", path: "/api/overview", run: () => overview(deps) },
    { method: "GET", path: "/api/web", run: () => webView(deps) },
    {
      method: "POST",
      path: "/api/web/check",
      run: async () => {
        await endToEnd.check();
        return webView(deps);
      },
    },
    { method: "GET", path: "/api/tunnels", run: () => tunnels(deps) },
    { method: "GET", path: "/api/protection", run: () => protectionAnswer(deps) },
    {
      method: "POST",
      path: "/api/protection/block",
      run: ({ body, by }) => {
        const { source, minutes } = readBody(blockBody, body);
        protection.block(source, minutes * 60_000, `by the administrator ${by.name}`);
        return protectionAnswer(deps);
      },
    },
    {
      method: "POST",
      path: "/api/protection/unblock",
      run: ({ body }) => {
        const { source } = readBody(unblockBody, body);
        if (!protection.unblock(source))
          throw notFound(
            `blocked source ${source}`,
            "its time may be over; `turnpike protection list` lists those there are",
          );
        return protectionAnswer(deps);
      },
    },
    { method: "GET", path: "/api/administration", run: () => administration(deps) },
    ...turnRoutes(control),
  ];
}

async function overview(deps: EdgeRouteDeps): Promise<EdgeOverview> {
  const { ground, reloader, trouble, protection, status } = deps;
  const { clock, version, startedAt, alarms } = ground;
  const {
    tunnels: { domains, connections },
    turn,
  } = await status();
  return {
    ...{ now: clock.now(), name: reloader.config.name, version, startedAt },
    alarms: alarms.current(),
    recent: await trouble.read(),
    web: webView(deps),
    tunnels: {
      connections: connections.length,
      cores: new Set(connections.map(({ fingerprint }) => fingerprint)).size,
      domains: domains.map(({ domain, connections: own }) => ({ domain, connections: own.length })),
    },
    turn,
    blocked: protection.status().blocked.length,
  };
}

function webView({ proxy, certificates, reloader, end, endToEnd }: EdgeRouteDeps): WebView {
  const { requests, refused, openWebSockets, connections, badProxyHeaders } = proxy.status();
  const { domains } = end.status();
  return {
    listening: formatAddress(proxy.address),
    redirect: proxy.redirectAddress && formatAddress(proxy.redirectAddress),
    ...{ requests, connections, badProxyHeaders, webSockets: openWebSockets },
    refused: Object.values(refused).reduce((sum, count) => sum + count, 0),
    refusedByCode: refused,
    joinHosts: certificateNames(certificates.pair("web"), reloader.config.joinHosts).map(({ host, named }) => ({
      ...{ host, named, endToEnd: endToEnd.of(host) },
      connections: domains.find(({ domain }) => domain === host)?.connections.length ?? 0,
    })),
  };
}

function tunnels({ ground, end, certificates }: EdgeRouteDeps): EdgeTunnels {
  const { domains, connections, sharedIdentities } = end.status();
  return {
    now: ground.clock.now(),
    listening: formatAddress(end.address),
    hostKey: certificates.rows().find(({ use }) => use === "tunnel.hostKey")?.fingerprint ?? "",
    domains: domains.map(({ domain, connections: own }) => ({ domain, connections: own.length })),
    connections: connections.map(({ keyComment, ...row }) => ({ ...row, comment: keyComment })),
    sharedIdentities,
  };
}

function protectionAnswer({ ground, protection, reloader }: EdgeRouteDeps): ProtectionAnswer {
  const { mode, blocked, failures, refused, sources } = protection.status();
  const { web, protection: rules } = reloader.config;
  return {
    now: ground.clock.now(),
    ...{ mode, blocked, failures, refused, sources },
    exempt: protection.exempt,
    limits: web.limits,
    rules: {
      threshold: rules.threshold,
      firstBlockSeconds: rules.firstBlockSeconds,
      lastBlockSeconds: rules.lastBlockSeconds,
    },
  };
}

/** System > Administration. */
function administration({ reloader }: EdgeRouteDeps): AdministrationView {
  const { name, admin, web } = reloader.config;
  const why = (port: number) => adminPortProblem({ address: admin?.listen.address ?? "0.0.0.0", port }, web.listen);
  return {
    name,
    listening: admin ? formatAddress(admin.listen) : "",
    ports: [443, ...ADMIN_PORTS].map((port) => ({ port, allowed: why(port) === undefined, why: why(port) })),
    idleTimeoutMinutes: admin?.idleTimeoutMinutes ?? 0,
    redirect: web.redirectListen !== undefined,
    hsts: true,
  };
}
