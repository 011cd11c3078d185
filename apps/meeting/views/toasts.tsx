import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Meeting } from "../model/meeting.ts";
import { changesBetween } from "../model/people.ts";
import { useStrings } from "./strings.ts";

export interface Toast {
  readonly id: number;
  readonly text: string;
}

/** How long one is shown, in ms, and how many at once. */
const SHOWN_FOR = 3500;
const AT_ONCE = 3;

/** Short notices: who came and went, and whatever `say` is told. */
export function useToasts(meeting: Meeting) {
  const { meeting: strings } = useStrings();
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(1);
  const before = useRef(meeting.people.value);
  const people = meeting.people.value;

  const say = useCallback((text: string) => {
    const toast = { id: nextId.current++, text };
    setToasts((shown) => [...shown, toast].slice(-AT_ONCE));
    setTimeout(() => setToasts((shown) => shown.filter(({ id }) => id !== toast.id)), SHOWN_FOR);
  }, []);

  useEffect(() => {
    for (const { what, name } of changesBetween(before.current, people)) say(strings[what](name));
    before.current = people;
  }, [people, say, strings]);

  return { toasts, say };
}

export function Toasts({ toasts }: { readonly toasts: readonly Toast[] }) {
  return (
    <div class="toasts" role="log" aria-live="polite">
      {toasts.map(({ id, text }) => (
        <p key={id} class="toast">
          {text}
        </p>
      ))}
    </div>
  );
}
