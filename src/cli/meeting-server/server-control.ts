import { type Ask, type RoleOptions, roleControl } from "#role-control";

/** The way to the meeting server that runs on this machine. */
export function serverControl(options: RoleOptions): Ask {
  return roleControl(options, ["meeting-server"]).ask;
}
