import { useEffect } from "preact/hooks";
import type { RoleName } from "../model/role.ts";
import { API, RELAY_USAGE, startOf } from "../pages.ts";
import { ApiPage } from "./api/api.tsx";
import { useApp, useRole, useStrings } from "./context.ts";
import { RelayPage } from "./edge/relay.tsx";
import { Empty, Page } from "./kit/page.tsx";
import { PAGES_OF_ROLE } from "./pages-of-role.ts";
import { SpacePage } from "./spaces/space.tsx";

/** The page of the address. */
export function RoutedPage() {
  const { router } = useApp();
  const { role } = useRole();
  const { path } = router.location.value;
  useEffect(() => {
    if (path === "/") void router.go(startOf(role), "replace");
  }, [path, router, role]);
  if (path === "/") return null;
  const Known = PAGES_OF_ROLE[role][path];
  if (Known) return <Known />;
  return pageWithId(role, path) ?? <NotFound />;
}

function pageWithId(role: RoleName, path: string): preact.JSX.Element | undefined {
  const idBelow = (parent: string) => (path.startsWith(`${parent}/`) ? path.slice(parent.length + 1) : "");
  if (role === "edge") {
    const relay = idBelow(RELAY_USAGE);
    return /^\d+$/.test(relay) ? <RelayPage key={relay} id={relay} /> : undefined;
  }
  if (role !== "meeting-server") return undefined;
  const space = idBelow("/configuration/spaces");
  if (space && !space.includes("/")) return <SpacePage key={space} id={space} />;
  return path === API || path.startsWith(`${API}/`) ? <ApiPage path={path.slice(API.length + 1)} /> : undefined;
}

function NotFound() {
  const { shell } = useStrings();
  const { role } = useRole();
  return (
    <Page title={shell.notFound}>
      <Empty
        action={
          <a class="button quiet" href={startOf(role)}>
            {shell.toStart}
          </a>
        }
      >
        {shell.notFoundText}
      </Empty>
    </Page>
  );
}
