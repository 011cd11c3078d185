import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface ListProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly key: T; readonly text: string }[];
  readonly chosen: T;
  readonly onChoose: (key: T) => void;
  /** id of the element with what the chosen tab shows; each tab's own is `${panel}-${key}`. */
  readonly panel: string;
}

/** Arrow keys go from one tab to the next (WAI-ARIA, tabs). */
export function TabList<T extends string>({ label, tabs, chosen, onChoose, panel }: ListProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    tab?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [chosen]);
  const go = (step: number) => {
    const next = (tabs.findIndex(({ key }) => key === chosen) + step + tabs.length) % tabs.length;
    onChoose(tabs[next]!.key);
    list.current?.querySelectorAll("button")[next]?.focus();
  };
  const onKey = ({ key }: KeyboardEvent) => {
    if (key === "ArrowRight") go(1);
    if (key === "ArrowLeft") go(-1);
  };
  return (
    <div ref={list} class="tabs" role="tablist" aria-label={label} tabIndex={-1} onKeyDown={onKey}>
      {tabs.map(({ key, text }) => (
        <button
          key={key}
          type="button"
          role="tab"
          id={`${panel}-${key}`}
          aria-selected={key === chosen}
          aria-controls={panel}
          tabIndex={key === chosen ? 0 : -1}
          onClick={() => onChoose(key)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

interface Props<T extends string> extends Omit<ListProps<T>, "panel"> {
  readonly children: ComponentChildren;
}

/** The parts of a page, one at a time. */
export function Tabs<T extends string>({ children, ...list }: Props<T>) {
  const panel = useId();
  return (
    <>
      <div class="page-tabs">
        <TabList {...list} panel={panel} />
      </div>
      <div id={panel} role="tabpanel" aria-labelledby={`${panel}-${list.chosen}`}>
        {children}
      </div>
    </>
  );
}
