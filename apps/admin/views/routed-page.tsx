import { useEffect } from "preact/hooks";
import { ACCOUNT, API, START } from "../pages.ts";
import { AccountPage } from "./account/account.tsx";
import { ApiPage } from "./api/api.tsx";
import { TurnServersPage } from "./configuration/turn-servers.tsx";
import { UsersPage } from "./configuration/users.tsx";
import { WebBridgesPage } from "./configuration/web-bridges.tsx";
import { useApp, useStrings } from "./context.ts";
import { Empty, Page } from "./kit/page.tsx";
import { AuditPage } from "./logs/audit.tsx";
import { EventLogPage } from "./logs/events.tsx";
import { TracingPage } from "./logs/tracing.tsx";
import { SpacePage } from "./spaces/space.tsx";
import { SpacesPage } from "./spaces/spaces.tsx";
import { AlarmsPage } from "./status/alarms.tsx";
import { CallsPage } from "./status/calls.tsx";
import { GeneralPage } from "./status/general.tsx";

const PAGES: Readonly<Record<string, () => preact.JSX.Element>> = {
  "/status/general": GeneralPage,
  "/status/calls": CallsPage,
  "/status/alarms": AlarmsPage,
  "/configuration/spaces": SpacesPage,
  "/configuration/users": UsersPage,
  "/configuration/turn-servers": TurnServersPage,
  "/configuration/web-bridges": WebBridgesPage,
  "/logs/events": EventLogPage,
  "/logs/tracing": TracingPage,
  "/logs/audit": AuditPage,
  [ACCOUNT]: AccountPage,
};

/** The page of the address. */
export function RoutedPage() {
  const { router } = useApp();
  const { path } = router.location.value;
  useEffect(() => {
    if (path === "/") void router.go(START, "replace");
  }, [path, router]);
  if (path === "/") return null;
  const Known = PAGES[path];
  if (Known) return <Known />;
  const [, spaceId] = /^\/configuration\/spaces\/([^/]+)$/.exec(path) ?? [];
  if (spaceId) return <SpacePage key={spaceId} id={spaceId} />;
  if (path === API || path.startsWith(`${API}/`)) return <ApiPage path={path.slice(API.length + 1)} />;
  return <NotFound />;
}

function NotFound() {
  const { shell } = useStrings();
  return (
    <Page title={shell.notFound}>
      <Empty
        action={
          <a class="button quiet" href={START}>
            {shell.toStart}
          </a>
        }
      >
        {shell.notFoundText}
      </Empty>
    </Page>
  );
}
