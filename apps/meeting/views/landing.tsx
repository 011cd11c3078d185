import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AppState } from "../app-state.ts";
import { recall, remember } from "../devices/memory.ts";
import { callIdDigits, groupCallId, isCallId, linkPath } from "../model/call-id.ts";
import { LONGEST_NAME, tidyName } from "../model/names.ts";
import { CallIdField } from "./call-id-field.tsx";
import { Field } from "./field.tsx";
import { Brand } from "./icons.tsx";
import { PreviewPanel } from "./preview.tsx";
import { useStrings } from "./strings.ts";

/** After which a name counts as typed, in ms. */
const TYPING_PAUSE = 400;

type Problem = "callId" | "name" | undefined;

export function Landing({
  state,
}: {
  readonly state: Pick<AppState, "entry" | "preview" | "prepare" | "join" | "otherMeeting">;
}) {
  const strings = useStrings();
  return (
    <main class="landing">
      <header class="landing-head">
        <Brand />
      </header>
      <PreviewPanel preview={state.preview} />
      <section class="card landing-card">
        <h1>{state.entry.value.callId ? strings.landing.titleLinked : strings.landing.title}</h1>
        <JoinForm state={state} />
      </section>
    </main>
  );
}

function JoinForm({ state }: { readonly state: Pick<AppState, "entry" | "prepare" | "join" | "otherMeeting"> }) {
  const { landing } = useStrings();
  const entry = state.entry.value;
  const [typedId, setTypedId] = useState("");
  const [name, setName] = useState(recall("name"));
  const [passcode, setPasscode] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const form = useRef<HTMLFormElement>(null);

  usePreparation(state, tidyName(name));
  useFocusOnEmpty(form);

  const submit = (event: Event) => {
    event.preventDefault();
    const callId = entry.callId ?? callIdDigits(typedId);
    const wrong = !isCallId(callId) ? "callId" : tidyName(name) ? undefined : "name";
    setProblem(wrong);
    if (wrong) return form.current?.querySelector<HTMLInputElement>(`[name=${wrong}]`)?.focus();
    remember("name", tidyName(name));
    const by = entry.secret ? { secret: entry.secret } : passcode ? { passcode } : {};
    void state.join({ callId, name: tidyName(name), ...by });
  };

  return (
    <form ref={form} class="form" onSubmit={submit} noValidate>
      {entry.callId ? (
        <p class="meeting-line">
          <span>{landing.atMeeting}</span>
          <strong data-testid="landing-id">{groupCallId(entry.callId)}</strong>
          <button type="button" class="link" onClick={() => state.otherMeeting()}>
            {landing.change}
          </button>
        </p>
      ) : (
        <CallIdField
          value={typedId}
          problem={problem === "callId" ? landing.callIdShort : undefined}
          onInput={setTypedId}
          onLink={(pasted) => {
            history.replaceState(null, "", linkPath(pasted));
            state.entry.value = pasted;
          }}
        />
      )}
      <Field label={landing.name} problem={problem === "name" ? landing.nameMissing : undefined}>
        {(field) => (
          <input
            {...field}
            name="name"
            autoComplete="name"
            maxLength={LONGEST_NAME}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
            data-testid="name"
          />
        )}
      </Field>
      {!entry.secret && (
        <Field label={landing.passcode} optional={landing.optional}>
          {(field) => (
            <input
              {...field}
              name="passcode"
              type="password"
              autoComplete="off"
              maxLength={200}
              value={passcode}
              onInput={(event) => setPasscode(event.currentTarget.value)}
              data-testid="passcode"
            />
          )}
        </Field>
      )}
      <button type="submit" class="button primary large" data-testid="join">
        {landing.join}
      </button>
    </form>
  );
}

function usePreparation(state: Pick<AppState, "entry" | "prepare">, name: string): void {
  const { callId, secret } = state.entry.value;
  useEffect(() => {
    if (!callId || !secret || !name) return;
    const timer = setTimeout(() => state.prepare({ callId, name, secret }), TYPING_PAUSE);
    return () => clearTimeout(timer);
  }, [state, callId, secret, name]);
}

/** To the first field that waits to be filled in, but not on a phone: its keyboard would cover the page. */
function useFocusOnEmpty(form: RefObject<HTMLFormElement | null>): void {
  useEffect(() => {
    const empty = [...(form.current?.elements ?? [])].find(
      (field) => field instanceof HTMLInputElement && !field.value,
    );
    if (empty instanceof HTMLElement && matchMedia("(hover: hover)").matches) empty.focus({ preventScroll: true });
  }, [form]);
}
