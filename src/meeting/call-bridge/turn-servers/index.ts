export { Edges } from "./edges.ts";
export { turnServerErrors } from "./errors.ts";
export { iceServerOf } from "./ice-servers.ts";
export { type OpenTurnServers, openTurnServers, type TurnServersOptions } from "./turn-servers.ts";
