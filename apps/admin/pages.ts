import type { RoleName } from "./model/role.ts";

export type GroupName = "status" | "system" | "configuration" | "security" | "maintenance" | "logs";
/** Between the group and the page, as in the guide's menus: Status > Unified Communications > ... */
export type MiddleName = "unifiedCommunications" | "traversal" | "diagnostics";
export type PageName =
  | "general"
  | "overview"
  | "calls"
  | "alarms"
  | "sshTunnels"
  | "relayUsage"
  | "spaces"
  | "users"
  | "turnServers"
  | "webBridges"
  | "api"
  | "meetingServer"
  | "allowList"
  | "edges"
  | "turn"
  | "web"
  | "administration"
  | "certificates"
  | "protection"
  | "diagnosticLogging"
  | "logLevels"
  | "eventLog"
  | "tracing"
  | "audit";

export interface MenuPage {
  readonly page: PageName;
  readonly path: string;
  readonly middle?: MiddleName;
}

export interface MenuGroup {
  readonly group: GroupName;
  readonly pages: readonly MenuPage[];
}

const CERTIFICATES = { page: "certificates", path: "/security/certificates" } as const;
const EVENT_LOG = { page: "eventLog", path: "/logs/events" } as const;
const AUDIT = { page: "audit", path: "/logs/audit" } as const;
const ALARMS = { page: "alarms", path: "/status/alarms" } as const;

const MEETING_SERVER: readonly MenuGroup[] = [
  {
    group: "status",
    pages: [{ page: "general", path: "/status/general" }, { page: "calls", path: "/status/calls" }, ALARMS],
  },
  {
    group: "configuration",
    pages: [
      { page: "spaces", path: "/configuration/spaces" },
      { page: "users", path: "/configuration/users" },
      { page: "turnServers", path: "/configuration/turn-servers" },
      { page: "webBridges", path: "/configuration/web-bridges" },
      { page: "api", path: "/configuration/api" },
    ],
  },
  { group: "logs", pages: [EVENT_LOG, { page: "tracing", path: "/logs/tracing" }, AUDIT] },
];

const SYSTEM: MenuGroup = {
  group: "system",
  pages: [{ page: "administration", path: "/system/administration" }],
};

const MAINTENANCE: MenuGroup = {
  group: "maintenance",
  pages: [
    { page: "diagnosticLogging", path: "/maintenance/diagnostic-logging", middle: "diagnostics" },
    { page: "logLevels", path: "/maintenance/log-levels", middle: "diagnostics" },
  ],
};

const LOGS: MenuGroup = { group: "logs", pages: [EVENT_LOG, AUDIT] };

const TUNNELS = { page: "sshTunnels", path: "/status/ssh-tunnels", middle: "unifiedCommunications" } as const;

const CORE: readonly MenuGroup[] = [
  { group: "status", pages: [{ page: "overview", path: "/status/overview" }, ALARMS, TUNNELS] },
  SYSTEM,
  {
    group: "configuration",
    pages: [
      { page: "edges", path: "/configuration/edges" },
      { page: "meetingServer", path: "/configuration/meeting-server", middle: "unifiedCommunications" },
      { page: "allowList", path: "/configuration/allow-list", middle: "unifiedCommunications" },
    ],
  },
  { group: "security", pages: [CERTIFICATES] },
  MAINTENANCE,
  LOGS,
];

const EDGE: readonly MenuGroup[] = [
  {
    group: "status",
    pages: [
      { page: "overview", path: "/status/overview" },
      ALARMS,
      { page: "relayUsage", path: "/status/turn-relay-usage" },
      TUNNELS,
    ],
  },
  SYSTEM,
  {
    group: "configuration",
    pages: [
      { page: "web", path: "/configuration/web" },
      { page: "turn", path: "/configuration/turn", middle: "traversal" },
    ],
  },
  { group: "security", pages: [CERTIFICATES, { page: "protection", path: "/security/protection" }] },
  MAINTENANCE,
  LOGS,
];

const MENUS: Readonly<Record<RoleName, readonly MenuGroup[]>> = {
  "meeting-server": MEETING_SERVER,
  core: CORE,
  edge: EDGE,
};

/** The navigation of a role, in the order and with the names of the guide's menus. */
export function menuOf(role: RoleName, hasCertificates: boolean): readonly MenuGroup[] {
  const menu = MENUS[role];
  if (role !== "meeting-server" || !hasCertificates) return menu;
  return menu.flatMap((one) =>
    one.group === "logs" ? [{ group: "security" as const, pages: [CERTIFICATES] }, one] : one,
  );
}

/** Where a page stands in the menu: the page itself or one that it leads to. */
export function placeIn(
  menu: readonly MenuGroup[],
  path: string,
): { readonly group: GroupName; readonly page: MenuPage } | undefined {
  for (const { group, pages } of menu)
    for (const page of pages) if (path === page.path || path.startsWith(`${page.path}/`)) return { group, page };
  return undefined;
}

export function startOf(role: RoleName): string {
  return MENUS[role][0]!.pages[0]!.path;
}

export const ACCOUNT = "/account";
export const API = "/configuration/api";
export const RELAY_USAGE = "/status/turn-relay-usage";

/** Where an object of the API is shown: its own path below /api/v1, below Configuration > API. */
export function apiHref(path: string): string {
  return `${API}/${path}`;
}

export function spaceHref(id: string): string {
  return `/configuration/spaces/${id}`;
}
