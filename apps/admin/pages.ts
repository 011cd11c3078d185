/** The pages of the navigation, in the order and with the names of the guide's menus. */
export const MENU = [
  {
    group: "status",
    pages: [
      { page: "general", path: "/status/general" },
      { page: "calls", path: "/status/calls" },
      { page: "alarms", path: "/status/alarms" },
    ],
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
  {
    group: "logs",
    pages: [
      { page: "eventLog", path: "/logs/events" },
      { page: "tracing", path: "/logs/tracing" },
      { page: "audit", path: "/logs/audit" },
    ],
  },
] as const;

export const START = "/status/general";
export const ACCOUNT = "/account";
export const API = "/configuration/api";

/** Where an object of the API is shown: its own path below /api/v1, below Configuration > API. */
export function apiHref(path: string): string {
  return `${API}/${path}`;
}

export function spaceHref(id: string): string {
  return `/configuration/spaces/${id}`;
}
