import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Meeting } from "../model/meeting.ts";
import { changesBetween } from "../model/people.ts";
import { useStrings } from "./strings.ts";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly important: boolean;
}

/** How long one is shown, in ms, and how many at once. */
const SHOWN_FOR = 3500;
/** A sentence that concerns oneself. */
const IMPORTANT_FOR = 8000;
const AT_ONCE = 3;

/** Short notices that go by themselves. */
export function useNotes() {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(1);
  const say = useCallback((text: string, important = false) => {
    const toast = { id: nextId.current++, text, important };
    setToasts((shown) => [...shown, toast].slice(-AT_ONCE));
    const hide = () => setToasts((shown) => shown.filter(({ id }) => id !== toast.id));
    setTimeout(hide, important ? IMPORTANT_FOR : SHOWN_FOR);
  }, []);
  return { toasts, say };
}

/** Of a meeting: who came and went, and whatever `say` is told. */
export function useToasts(meeting: Meeting) {
  const { meeting: strings } = useStrings();
  const { toasts, say } = useNotes();
  const before = useRef(meeting.people.value);
  const people = meeting.people.value;
  useEffect(() => {
    for (const { what, name } of changesBetween(before.current, people)) say(strings[what](name));
    before.current = people;
  }, [people, say, strings]);
  return { toasts, say };
}

export function Toasts({ toasts }: { readonly toasts: readonly Toast[] }) {
  return (
    <div class="toasts" role="log" aria-live="polite">
      {toasts.map(({ id, text, important }) => (
        <p key={id} class={important ? "toast important" : "toast"} data-testid={important ? "notice" : undefined}>
          {text}
        </p>
      ))}
    </div>
  );
}
