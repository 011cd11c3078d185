import type { ComponentChildren } from "preact";
import { useEffect, useId } from "preact/hooks";
import { useStrings } from "../context.ts";

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
  useEffect(() => {
    document.title = `${title} · Turnpike`;
  }, [title]);
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
          <h1 tabIndex={-1}>{title}</h1>
          {sub && <p class="page-sub">{sub}</p>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </>
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
