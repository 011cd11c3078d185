import type { Alarm } from "#alarms";
import type { CoreOverview, CoreTunnels, JoinHostsAnswer } from "#core";
import type { EdgeOverview } from "#edge";
import type { Overview } from "#meeting-server";
import { type Ask, type RoleName, roleControl, type ShowOptions, show } from "#role-control";
import type { Look } from "#terminal";
import { type CoreStatus, coreText } from "./core-text.ts";
import { edgeText } from "./edge-text.ts";
import { meetingServerText } from "./meeting-server-text.ts";

type Status =
  | { readonly role: "edge"; readonly overview: EdgeOverview }
  | ({ readonly role: "core" } & CoreStatus)
  | { readonly role: "meeting-server"; readonly overview: Overview };

/** What Status > Overview shows, of whichever role runs. Exit code 1 while there is a fault. */
export async function status(options: ShowOptions): Promise<void> {
  const control = roleControl(options);
  const { role } = await control.role();
  const last = await show(options, () => read(role, control.ask), statusText);
  const alarms: readonly Alarm[] = last.overview.alarms;
  if (alarms.length > 0) process.exitCode = 1;
}

async function read(role: RoleName, ask: Ask): Promise<Status> {
  if (role === "edge") return { role, overview: await ask<EdgeOverview>("GET", "/api/overview") };
  if (role === "meeting-server") return { role, overview: await ask<Overview>("GET", "/api/overview") };
  const [overview, { tunnels }, { enabled, joinHosts }] = await Promise.all([
    ask<CoreOverview>("GET", "/api/overview"),
    ask<CoreTunnels>("GET", "/api/tunnels"),
    ask<JoinHostsAnswer>("GET", "/api/join-hosts"),
  ]);
  return { role, overview, tunnels, joinHosts: { enabled, joinHosts } };
}

function statusText(one: Status, look: Look): string {
  switch (one.role) {
    case "edge":
      return edgeText(one.overview, look);
    case "core":
      return coreText(one, look);
    case "meeting-server":
      return meetingServerText(one.overview, look);
  }
}
