import { type Ask, type RoleOptions, roleControl } from "#role-control";

/** The way to the core that runs on this machine. */
export function coreControl(options: RoleOptions): Ask {
  return roleControl(options, ["core"]).ask;
}
