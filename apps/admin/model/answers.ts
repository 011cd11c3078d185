/** What the server's routes answer: its own types, so that the two cannot drift apart. */

export type { LinkReport } from "../../../src/meeting/bridge-link/call-bridge-end/dial.ts";
export type {
  CallLegView,
  CallView,
  LegMediaView,
  LegPathView,
  ParticipantView,
  StreamView,
} from "../../../src/meeting/call-bridge/control-contract.ts";
export type { TurnHostStatus, TurnServerStatus } from "../../../src/meeting/call-bridge/turn-servers-contract.ts";
export type { AuditEntry } from "../../../src/platform/admin-http/audit.ts";
export type { Alarm } from "../../../src/platform/alarms/contract.ts";
export type { EventEntry, EventLevel, EventQuery } from "../../../src/platform/event-log/contract.ts";
export type {
  AlarmLists,
  Calls,
  Events,
  LegWays,
  Overview,
  SpaceLink,
  TracingList,
  TurnServerList,
  UserList,
  WebBridgeList,
  WebBridgeRow,
} from "../../../src/roles/meeting-server/admin-routes/answers.ts";
