import type { RoleName } from "../model/role.ts";
import { ACCOUNT } from "../pages.ts";
import { AccountPage } from "./account/account.tsx";
import { TurnServersPage } from "./configuration/turn-servers.tsx";
import { UsersPage } from "./configuration/users.tsx";
import { WebBridgesPage } from "./configuration/web-bridges.tsx";
import { AllowListPage } from "./core/allow-list/allow-list.tsx";
import { EdgesPage } from "./core/edges.tsx";
import { MeetingServerPage } from "./core/meeting-server.tsx";
import { CoreOverviewPage } from "./core/overview.tsx";
import { CoreTunnelsPage } from "./core/tunnels.tsx";
import { EdgeOverviewPage } from "./edge/overview.tsx";
import { ProtectionPage } from "./edge/protection.tsx";
import { RelayUsagePage } from "./edge/relay-usage.tsx";
import { EdgeTunnelsPage } from "./edge/tunnels.tsx";
import { TurnPage } from "./edge/turn.tsx";
import { WebPage } from "./edge/web.tsx";
import { AuditPage } from "./logs/audit.tsx";
import { EventLogPage } from "./logs/events.tsx";
import { TracingPage } from "./logs/tracing.tsx";
import { AdministrationPage } from "./operations/administration.tsx";
import { CertificatesPage } from "./operations/certificates.tsx";
import { DiagnosticsPage } from "./operations/diagnostics.tsx";
import { LogLevelsPage } from "./operations/log-levels.tsx";
import { SpacesPage } from "./spaces/spaces.tsx";
import { AlarmsPage } from "./status/alarms.tsx";
import { CallsPage } from "./status/calls.tsx";
import { GeneralPage } from "./status/general.tsx";

type Pages = Readonly<Record<string, () => preact.JSX.Element>>;

const EVERY_ROLE: Pages = {
  "/status/alarms": AlarmsPage,
  "/security/certificates": CertificatesPage,
  "/logs/events": EventLogPage,
  "/logs/audit": AuditPage,
  [ACCOUNT]: AccountPage,
};

const PAIR: Pages = {
  ...EVERY_ROLE,
  "/system/administration": AdministrationPage,
  "/maintenance/diagnostic-logging": DiagnosticsPage,
  "/maintenance/log-levels": LogLevelsPage,
};

/** By path. Those with something in their path beside them are in routed-page.tsx. */
export const PAGES_OF_ROLE: Readonly<Record<RoleName, Pages>> = {
  "meeting-server": {
    ...EVERY_ROLE,
    "/status/general": GeneralPage,
    "/status/calls": CallsPage,
    "/configuration/spaces": SpacesPage,
    "/configuration/users": UsersPage,
    "/configuration/turn-servers": TurnServersPage,
    "/configuration/web-bridges": WebBridgesPage,
    "/logs/tracing": TracingPage,
  },
  core: {
    ...PAIR,
    "/status/overview": CoreOverviewPage,
    "/status/ssh-tunnels": CoreTunnelsPage,
    "/configuration/meeting-server": MeetingServerPage,
    "/configuration/allow-list": AllowListPage,
    "/configuration/edges": EdgesPage,
  },
  edge: {
    ...PAIR,
    "/status/overview": EdgeOverviewPage,
    "/status/turn-relay-usage": RelayUsagePage,
    "/status/ssh-tunnels": EdgeTunnelsPage,
    "/configuration/turn": TurnPage,
    "/configuration/web": WebPage,
    "/security/protection": ProtectionPage,
  },
};
