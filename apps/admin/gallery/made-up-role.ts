import type { RoleName } from "../model/role.ts";
import { diagnosticsIn } from "./made-up-diagnostics.ts";
import { alarmsIn, auditIn, eventsIn, tracingIn } from "./made-up-lists.ts";
import type { World } from "./made-up-server.ts";

export type Answers = Readonly<Record<string, (world: World) => unknown>>;

const NAMES: Readonly<Record<RoleName, string>> = { "meeting-server": "cb1", core: "core-1", edge: "edge-1" };

/** What every role answers. */
export function answersOfEvery(role: RoleName): Answers {
  return {
    "/api/session": () => ({ administrator: { name: "admin", role: "admin", totp: false } }),
    "/api/role": () => ({ role, name: NAMES[role], version: "0.1.0", startedAt: Date.now(), now: Date.now() }),
    "/api/alarms": alarmsIn,
    "/api/events": eventsIn,
    "/api/tracing": tracingIn,
    "/api/audit": auditIn,
    "/api/diagnostics": diagnosticsIn,
    "/api/log-levels": logLevelsIn,
    "/api/administration": administrationIn,
  };
}

function logLevelsIn() {
  const now = Date.now();
  const help = {
    proxy: "requests, WebSockets and what is refused",
    turn: "requests and relays",
    tunnel: "SSH connections and channels",
    certificates: "files, ACME and renewals",
    admin: "the administration's own requests",
  };
  return {
    now,
    base: "info",
    modules: Object.entries(help).map(([module, words], i) => ({
      ...{ module, help: words, level: i === 0 ? "debug" : "info" },
      until: i === 0 ? now + 1_134_000 : undefined,
    })),
  };
}

function administrationIn() {
  const why =
    "port 443 is where guests come in: choose 445, 7443, 8445, 9000, or the address of a management interface of its own";
  return {
    ...{ name: "edge-1", listening: "10.0.9.5:8445", idleTimeoutMinutes: 30, redirect: true, hsts: true },
    ports: [443, 445, 7443, 8445, 9000].map((port) => ({
      ...{ port, allowed: port !== 443, why: port === 443 ? why : undefined },
    })),
  };
}
