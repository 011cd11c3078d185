import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { CloseIcon } from "./icons.tsx";
import { useStrings } from "./strings.ts";

export type PanelName = "people" | "devices" | "details";

interface PanelProps {
  readonly name: PanelName;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** At the side of a wide window, over the lower part of a narrow one. Focus goes in, and back where it came from. */
export function Panel({ name, title, onClose, children }: PanelProps) {
  const { meeting } = useStrings();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside class="panel" aria-labelledby={`panel-${name}`} data-testid={`${name}-panel`}>
      <header class="panel-head">
        <h2 id={`panel-${name}`} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" class="round plain" aria-label={meeting.close} onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      <div class="panel-body">{children}</div>
    </aside>
  );
}
