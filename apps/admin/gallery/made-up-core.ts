import type {
  AllowListAnswer,
  AllowRuleView,
  CoreOverview,
  CoreTunnelRow,
  CoreTunnels,
  EdgesAnswer,
  ExplainAnswer,
  FailureView,
  JoinHostsAnswer,
  JoinHostView,
  TargetView,
} from "../model/answers.ts";
import type { Answers } from "./made-up-role.ts";
import type { World } from "./made-up-server.ts";
import { ALARMS, recentLines } from "./made-up-status.ts";

const REFUSED: FailureView = {
  code: "TUNNEL_UNREACHABLE",
  message: "edge-2.dmz.example.com:2222 does not answer",
  remedy: "Let the core reach TCP port 2222 of the edge, or its port 443.",
};

export const CORE_ANSWERS: Answers = {
  "/api/overview": overviewIn,
  "/api/tunnels": tunnelsIn,
  "/api/join-hosts": joinHostsIn,
  "/api/allow-list": allowListIn,
  "/api/allow-list/explain": explainIn,
  "/api/allow-list/import": () => ({
    ...{ dryRun: true, added: 0, changed: 0, removed: 0, unchanged: 3 },
    errors: [
      { line: 4, why: "`methods`: TRACE is not one of GET, POST, PUT, HEAD, DELETE, PATCH, OPTIONS" },
      { line: 9, why: "`url`: no guest account client URI has the host intranet.example.com" },
    ],
  }),
  "/api/edges": edgesIn,
  "/api/config": () => ({
    ...{ file: "/etc/turnpike/core.yaml", revision: "r1", needRestart: [] },
    editable: ["name", "connectionsPerEdge", "edges", "admin.idleTimeoutMinutes"],
    written: {
      edges: [
        { address: "edge-1.dmz.example.com:2222", hostKey: "keys/edge-1.pub" },
        { address: "edge-2.dmz.example.com:2222", hostKey: "keys/edge-2.pub", fallback: "off" },
      ],
      admin: { listen: "10.0.9.4:7443" },
    },
    holds: { connectionsPerEdge: 2, name: "core-1", admin: { idleTimeoutMinutes: 30 } },
  }),
};

function overviewIn(world: World): CoreOverview {
  const now = Date.now();
  const isBroken = world === "broken";
  return {
    ...{ now, name: "core-1", version: "0.1.0", startedAt: now - 273_600_000 },
    alarms: isBroken ? ALARMS.map((alarm, i) => ({ ...alarm, raisedAt: now - (i + 1) * 1_400_000 })) : [],
    recent: world === "empty" ? [] : recentLines(now),
    edges:
      world === "empty"
        ? []
        : [
            {
              ...{ target: "edge-1.dmz.example.com:2222", connections: 2, active: 2, rttMs: 0.8 },
              lastError: undefined,
            },
            {
              ...{ target: "edge-2.dmz.example.com:2222", connections: 2, active: isBroken ? 0 : 1 },
              ...{ rttMs: isBroken ? undefined : 21.4, lastError: REFUSED },
            },
          ],
    joinHosts:
      world === "empty"
        ? []
        : [
            {
              host: "join.example.com",
              enabled: true,
              targets: 2,
              active: isBroken ? 1 : 2,
              why: "connection refused",
            },
            { host: "meet.example.com", enabled: false, targets: 0, active: 0, why: undefined },
          ],
    web: {
      requests: 40_210 + (Math.floor(now / 130) % 100_000),
      refused: 31,
      webSockets: Math.round(28 + 6 * Math.sin(now / 9000)),
    },
    allowList: { rules: 6, refused: 12 },
  };
}

function tunnelsIn(world: World): CoreTunnels {
  const now = Date.now();
  const row = (edge: number, domain: string, connection: number): CoreTunnelRow => ({
    ...{ target: `edge-${edge}.dmz.example.com:2222`, address: `10.0.${edge}.2:2222`, domain, connection },
    ...{ status: "active", since: now - 8_040_000, draining: false, peer: `10.0.${edge}.2:2222`, via: "2222" },
    ...{ whyNotDirect: undefined, hostKey: "SHA256:uP1gkq0bq3k5aRk6cWbG1T8yHfQ2mX0n7Jw4z9vE2sA" },
    ...{ lastError: undefined, nextTryAt: undefined, rttMs: 0.8 * edge },
    ...{ bytesIn: 812_000_000, bytesOut: 42_100_000, channels: 4 },
  });
  const failed = { status: "failed", peer: "", via: undefined, lastError: REFUSED, rttMs: undefined } as const;
  return {
    now,
    identity: "SHA256:7cYqkT9m3n1Rk6cWbG1T8yHfQ2mX0n7Jw4z9vE2sAbc",
    tunnels:
      world === "empty"
        ? []
        : [
            row(1, "join.example.com", 1),
            row(1, "join.example.com", 2),
            row(1, "meet.example.com", 1),
            { ...row(1, "meet.example.com", 2), status: "connecting", peer: "", via: undefined },
            { ...row(2, "join.example.com", 1), via: "443", whyNotDirect: REFUSED, draining: true },
            { ...row(2, "join.example.com", 2), ...failed, nextTryAt: now + 2_400 },
          ],
  };
}

function joinHostsIn(world: World): JoinHostsAnswer {
  const now = Date.now();
  if (world === "empty") return { now, enabled: false, joinHosts: [], revision: "r1" };
  const target = (n: number, more: Partial<TargetView>): TargetView => ({
    ...{ name: `wb${n}.inside.example.com`, address: `10.0.4.${n}:443`, status: "active", since: now - 4_000_000 },
    ...{ lastError: undefined, nextProbeAt: now + 7_000 * n, rttMs: 1.2 * n, priority: 10, weight: 60 },
    ...{ requests: 12_400 * n, ...more },
  });
  const host = {
    ...{ enabled: true, whip: false, automaticRules: true, source: "srv" as const },
    ...{ target: undefined, trust: "authorities" as const, trustFile: "/etc/turnpike/ca.pem" },
    ...{ lookedUpAt: now - 340_000, nextLookupAt: now + 900_000 },
    ...{ lookupError: undefined, targets: [] },
  } satisfies Omit<JoinHostView, "host">;
  return {
    ...{ now, enabled: true, revision: "r1" },
    joinHosts: [
      {
        ...host,
        host: "join.example.com",
        targets: [
          target(1, {}),
          target(2, {
            status: world === "broken" ? "failed" : "active",
            lastError: "certificate is not trusted: signed by unknown authority CN=Test CA",
            rttMs: undefined,
          }),
        ],
      },
      {
        ...{
          ...host,
          host: "meet.example.com",
          enabled: false,
          whip: true,
          automaticRules: false,
          source: "none" as const,
        },
        lookupError: {
          code: "DNS_NO_SUCH_NAME",
          message: "meet.example.com has no SRV, A or AAAA record inside",
          remedy: "Add one to the inside DNS, or configure the Web Bridge's address.",
        },
        targets: [],
      },
    ],
  };
}

function rule(more: Partial<AllowRuleView>): AllowRuleView {
  return {
    ...{ id: "a", origin: "automatic", enabled: true, description: "Meeting Server web bridges" },
    ...{ url: "https://join.example.com/", protocol: "https", host: "join.example.com", port: 443 },
    ...{ match: "prefix", path: "/", methods: ["GET", "POST", "PUT", "HEAD", "DELETE"], defaultMethods: true },
    ...{ allowed: 40_112, nearMisses: 3, lastUsedAt: Date.now() - 900, problem: undefined },
    ...more,
  };
}

function allowListIn(world: World): AllowListAnswer {
  const now = Date.now();
  if (world === "empty") return { now, revision: "r1", rules: [], allowed: 0, refused: 0, refusals: [] };
  const refusal = (n: number) => ({
    ...{ at: now - n * 71_000, method: n % 2 ? "TRACE" : "GET", source: `198.51.100.${20 + n}`, count: n },
    url: n % 2 ? "https://join.example.com/" : "https://join.example.com/admin/../../etc/passwd",
    ...{
      traceId: `4bf92f3577b34da6a3ce929d0e0e473${n}`,
      reason: n % 2 ? "no rule allows TRACE" : "path leaves the root",
    },
    nearest: n % 2 ? "Meeting Server web bridges https 443 Prefix /" : undefined,
  });
  return {
    ...{ now, revision: "r1", allowed: 40_190, refused: 12 },
    rules: [
      rule({}),
      rule({ id: "b", url: "wss://join.example.com/", protocol: "wss", allowed: 312 }),
      rule({
        ...{
          id: "reports",
          origin: "editable",
          description: "Quarterly reports",
          path: "/reports/2026/quarter-1.html",
        },
        ...{ url: "https://join.example.com/reports/2026/quarter-1.html", match: "exact" },
        ...{ methods: ["GET", "HEAD"], defaultMethods: false, allowed: 0, lastUsedAt: undefined },
      }),
      rule({
        ...{ id: "old", origin: "editable", description: "Old intranet", host: "intranet.example.com", enabled: false },
        ...{ url: "https://intranet.example.com/", allowed: 0, lastUsedAt: undefined },
        problem: "never matches: intranet.example.com is no guest account client URI",
      }),
    ],
    refusals: [1, 2, 3, 4].map(refusal),
  };
}

function explainIn(): ExplainAnswer {
  return {
    ...{ allowed: false, normalised: "/reports/2026/", rule: rule({ description: "Quarterly reports" }) },
    text: 'PROPFIND https://join.example.com/reports/./2026/ is refused: no rule allows it; nearest rule: "Quarterly reports"',
    columns: [
      { column: "host", asked: "join.example.com", wanted: "join.example.com", fits: true },
      { column: "port", asked: "443", wanted: "443", fits: true },
      { column: "protocol", asked: "https", wanted: "https", fits: true },
      { column: "path", asked: "/reports/2026/", wanted: "Exact /reports/2026/quarter-1.html", fits: false },
      { column: "method", asked: "PROPFIND", wanted: "GET, HEAD", fits: undefined },
    ],
    notes: ["the proxy itself refuses PROPFIND, whatever the rules say: WebDAV is not carried"],
  };
}

function edgesIn(): EdgesAnswer {
  const edge = (n: number) => ({
    ...{ address: `edge-${n}.dmz.example.com:2222`, hostKeyFile: `/etc/turnpike/keys/edge-${n}.pub` },
    ...{ hostKeys: ["SHA256:uP1gkq0bq3k5aRk6cWbG1T8yHfQ2mX0n7Jw4z9vE2sA"], fallback: undefined },
  });
  return { now: Date.now(), revision: "r1", connectionsPerEdge: 2, edges: [edge(1), edge(2)] };
}
