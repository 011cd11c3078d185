import type { ComponentChildren } from "preact";
import { usePortal } from "./context.ts";

interface Props {
  readonly to: string;
  readonly class?: string;
  readonly testid?: string;
  readonly children: ComponentChildren;
}

/** A link within this app: it loads no page, unless one wants it in a tab of its own. */
export function Go({ to, class: className, testid, children }: Props) {
  const { state } = usePortal();
  return (
    <a
      class={className}
      href={to}
      data-testid={testid}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        state.go(to);
      }}
    >
      {children}
    </a>
  );
}
