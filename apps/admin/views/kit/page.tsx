import type { ComponentChildren } from "preact";
import { useEffect, useId } from "preact/hooks";
import { menuOf, placeIn } from "../../pages.ts";
import { useApp, useRole, useStrings } from "../context.ts";

interface PageProps {
  readonly title: string;
  readonly sub?: ComponentChildren;
  /** Above the title: where this page is. */
  readonly trail?: readonly { readonly href: string; readonly text: string }[];
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Page({ title, sub, trail = [], actions, children }: PageProps) {
  const { shell } = useStrings();
  const { role } = useRole();
  useEffect(() => {
    document.title = `${title} · ${shell.products[role]}`;
  }, [title, shell, role]);
  return (
    <>
      <header class="page-head">
        <div class="page-title">
          {trail.length > 0 && (
            <nav class="trail" aria-label={shell.trail}>
              {trail.map(({ href, text }) => (
                <a key={href} href={href}>
                  {text}
                </a>
              ))}
            </nav>
          )}
          {trail.length === 0 && <Where />}
          <h1 tabIndex={-1}>{title}</h1>
          {sub && <p class="page-sub">{sub}</p>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

/** "Status › Unified Communications", where the menu has words between its group and the page. */
function Where() {
  const { shell } = useStrings();
  const { role, hasCertificates } = useRole();
  const { path } = useApp().router.location.value;
  const place = placeIn(menuOf(role, hasCertificates), path);
  if (!place?.page.middle) return null;
  return (
    <p class="trail where">
      <span>{shell.groups[place.group]}</span>
      <span>{shell.middles[place.page.middle]}</span>
    </p>
  );
}

interface SectionProps {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
  /** Its content reaches the card's edges: tables. */
  readonly flush?: boolean;
}

export function Section({ title, actions, children, flush = false }: SectionProps) {
  const id = useId();
  return (
    <section class={flush ? "card section flush" : "card section"} aria-labelledby={id}>
      <header class="section-head">
        <h2 id={id}>{title}</h2>
        {actions && <div class="section-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

/** Nothing is there yet: why, and what can be done about it. */
export function Empty({
  children,
  action,
}: {
  readonly children: ComponentChildren;
  readonly action?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <p>{children}</p>
      {action}
    </div>
  );
}
