/** What the servers' routes answer: its own types, so that the two cannot drift apart. */

export type { DiagnosticState } from "../../../src/diagnosis/diagnostic-logging/contract.ts";
export type { DiagnosticsAnswer } from "../../../src/diagnosis/diagnostic-logging/routes.ts";
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
export type { CertificateProblem, CertificateRow, ChainLink } from "../../../src/platform/certificates/contract.ts";
export type { EventEntry, EventLevel, EventQuery } from "../../../src/platform/event-log/contract.ts";
export type {
  AlarmLists,
  ConfigAnswer,
  ConfigChanged,
  Events,
  LogLevelList,
  LogLevelName,
  RoleAnswer,
  TracingList,
} from "../../../src/platform/operations/answers.ts";
export type {
  AllowListAnswer,
  AllowRuleBody,
  AllowRuleView,
  CoreOverview,
  CoreTunnelRow,
  CoreTunnels,
  EdgesAnswer,
  ExplainAnswer,
  FailureView,
  ImportAnswer,
  JoinHostBody,
  JoinHostsAnswer,
  JoinHostView,
  RefusalView,
  TargetView,
} from "../../../src/roles/core/admin-routes/answers.ts";
export type {
  AdministrationView,
  BlockedSource,
  EdgeOverview,
  EdgeTunnelConnection,
  EdgeTunnels,
  ProtectionAnswer,
  WebView,
} from "../../../src/roles/edge/admin-routes/answers.ts";
export type { RelayRow } from "../../../src/roles/edge/turn-routes.ts";
export type {
  Calls,
  LegWays,
  Overview,
  SpaceLink,
  TurnServerList,
  UserList,
  WebBridgeList,
  WebBridgeRow,
} from "../../../src/roles/meeting-server/admin-routes/answers.ts";
export type { CertificateRow as CertificateFile } from "../../../src/roles/meeting-server/operator-routes/certificates.ts";
export type { AllocationStatus, PeerVerdict, TurnStatus } from "../../../src/traversal/turn/status.ts";
