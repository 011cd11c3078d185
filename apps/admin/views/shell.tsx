import { useEffect, useRef, useState } from "preact/hooks";
import { Brand } from "../../meeting/views/icons.tsx";
import type { RoleFacts } from "../model/role.ts";
import { ACCOUNT, type MenuGroup, type MenuPage, menuOf } from "../pages.ts";
import type { Administrator } from "../server/session.ts";
import { useApp, useStrings } from "./context.ts";
import { CloseIcon, MenuIcon, PersonIcon } from "./kit/icons.tsx";
import { RoutedPage } from "./routed-page.tsx";

/** What is around every page: bar, navigation, and what is said over them. */
export function Shell({ administrator, role }: { readonly administrator: Administrator; readonly role: RoleFacts }) {
  const { shell } = useStrings();
  const { router, server } = useApp();
  const { path } = router.location.value;
  const [isOpen, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  useFocusOnNewPage(path, main, () => setOpen(false));
  useFocusAfterSignIn(main);

  return (
    <div class={isOpen ? "shell menu-open" : "shell"}>
      <a class="skip" href="#main">
        {shell.skip}
      </a>
      <header class="bar">
        <button
          type="button"
          class="icon-button menu-button"
          aria-expanded={isOpen}
          aria-controls="navigation"
          aria-label={shell.menu}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? <CloseIcon /> : <MenuIcon />}
        </button>
        <Brand />
        <Whose role={role} />
        <AccountMenu administrator={administrator} />
      </header>
      <Navigation path={path} menu={menuOf(role.role, role.hasCertificates)} />
      <main id="main" ref={main} tabIndex={-1}>
        <div role="alert">{server.away.value && <p class="banner">{shell.away}</p>}</div>
        <RoutedPage />
      </main>
      <Notices />
    </div>
  );
}

/** After a change of page the focus is at its heading, as after a page load; and at the top. */
function useFocusOnNewPage(path: string, main: { readonly current: HTMLElement | null }, onNew: () => void): void {
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    onNew();
    scrollTo(0, 0);
    (main.current?.querySelector<HTMLElement>("h1") ?? main.current)?.focus({ preventScroll: true });
  });
}

/** The form that had the focus is gone: it goes to the page that came instead. */
function useFocusAfterSignIn(main: { readonly current: HTMLElement | null }): void {
  const { session } = useApp();
  useEffect(() => {
    const state = session.state.peek();
    if (state.state === "in" && state.by === "form") main.current?.querySelector<HTMLElement>("h1")?.focus();
  }, [session, main]);
}

/** Which of the machines this is: several of them look alike. */
function Whose({ role: { role, name } }: { readonly role: RoleFacts }) {
  const { shell } = useStrings();
  return (
    <p class="whose">
      <strong>{shell.roles[role]}</strong>
      {name && <span title={name}>{name}</span>}
    </p>
  );
}

function Navigation({ path, menu }: { readonly path: string; readonly menu: readonly MenuGroup[] }) {
  const { shell } = useStrings();
  return (
    <nav id="navigation" class="navigation" aria-label={shell.navigation}>
      {menu.map(({ group, pages }) => (
        <div key={group} class="nav-group">
          <h2 id={`nav-${group}`}>{shell.groups[group]}</h2>
          <ul aria-labelledby={`nav-${group}`}>
            {pages.map((one, i) => (
              <NavigationLink key={one.page} one={one} path={path} isFirst={pages[i - 1]?.middle !== one.middle} />
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

interface LinkProps {
  readonly one: MenuPage;
  readonly path: string;
  /** Of those below the same words. */
  readonly isFirst: boolean;
}

function NavigationLink({ one, path, isFirst }: LinkProps) {
  const { shell } = useStrings();
  const isHere = path === one.path || path.startsWith(`${one.path}/`);
  return (
    <li class={one.middle ? "nav-below" : ""}>
      {one.middle && isFirst && <span class="nav-middle">{shell.middles[one.middle]}</span>}
      <a href={one.path} aria-current={isHere ? "page" : undefined}>
        {shell.pages[one.page]}
      </a>
    </li>
  );
}

function AccountMenu({ administrator }: { readonly administrator: Administrator }) {
  const { shell } = useStrings();
  const { session } = useApp();
  return (
    <div class="account-menu">
      <a class="button quiet small" href={ACCOUNT} title={shell.account}>
        <PersonIcon />
        <span class="unseen">{shell.account}: </span>
        {administrator.name}
      </a>
      <button type="button" class="button quiet small" onClick={() => void session.signOut()}>
        {shell.signOut}
      </button>
    </div>
  );
}

function Notices() {
  const { shell } = useStrings();
  const app = useApp();
  return (
    <div class="notices" role="status">
      {app.notices.value.map(({ id, kind, text }) => (
        <div key={id} class={`notice ${kind}`}>
          <p>{text}</p>
          <button type="button" class="icon-button" aria-label={shell.dismiss} onClick={() => app.dismiss(id)}>
            <CloseIcon />
          </button>
        </div>
      ))}
    </div>
  );
}
