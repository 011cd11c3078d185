import { type Ask, type RoleOptions, roleControl } from "#role-control";

/** The way to the edge that runs on this machine. */
export function edgeControl(options: RoleOptions): Ask {
  return roleControl(options, ["edge"]).ask;
}
