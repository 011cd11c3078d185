export { roleControlErrors } from "./errors.ts";
export { asked, watched, withFile } from "./options.ts";
export { readInput } from "./read-input.ts";
export { type Ask, inWords, isUnknownRoute, type RoleControl, type RoleOptions, roleControl } from "./role-control.ts";
export { ROLES, type RoleName, roleFile } from "./role-file.ts";
export { print, type ShowOptions, show } from "./show.ts";
