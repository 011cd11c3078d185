import { useState } from "preact/hooks";
import { after, before, type Page, range } from "../../model/paging.ts";
import { useApp, useStrings } from "../context.ts";
import { CheckIcon, CopyIcon } from "./icons.tsx";

export function Pager({ page, onOffset }: { readonly page: Page; readonly onOffset: (offset: number) => void }) {
  const { shell } = useStrings();
  const { first, last } = range(page);
  const [earlier, later] = [before(page), after(page)];
  const button = (text: string, to: number | undefined) => (
    <button type="button" class="button quiet small" disabled={to === undefined} onClick={() => onOffset(to ?? 0)}>
      {text}
    </button>
  );
  return (
    <div class="pager">
      <span role="status">{shell.range(first, last, page.total)}</span>
      {page.total > page.size && (
        <span class="pager-buttons">
          {button(shell.previous, earlier)}
          {button(shell.next, later)}
        </span>
      )}
    </div>
  );
}

interface FilterProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
}

export function FilterBox({ label, value, onInput }: FilterProps) {
  return (
    <input
      type="search"
      class="input filter"
      aria-label={label}
      placeholder={label}
      value={value}
      maxLength={200}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}

/** Copies; its mark says for a moment that it did. */
export function CopyButton({
  text,
  label,
  withText = false,
}: {
  readonly text: string;
  readonly label: string;
  readonly withText?: boolean;
}) {
  const { shell } = useStrings();
  const app = useApp();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch {
      app.notify("failed", shell.copyFailed);
    }
  };
  return (
    <button
      type="button"
      class={withText ? "button quiet small" : "icon-button"}
      {...(withText ? {} : { "aria-label": label, title: label })}
      onClick={() => void copy()}
    >
      {copied ? <CheckIcon /> : <CopyIcon />}
      {withText && (copied ? shell.copied : label)}
      {copied && (
        <span class="unseen" role="status">
          {shell.copied}
        </span>
      )}
    </button>
  );
}

interface ActionProps {
  readonly label: string;
  readonly icon: preact.ComponentChildren;
  readonly onClick: () => void;
  readonly isOn?: boolean;
  readonly isDangerous?: boolean;
}

/** A button of an icon alone, in a row of a table. */
export function IconAction({ label, icon, onClick, isOn, isDangerous }: ActionProps) {
  return (
    <button
      type="button"
      class={`icon-button ${isOn ? "on" : ""} ${isDangerous ? "danger" : ""}`}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      {icon}
    </button>
  );
}
