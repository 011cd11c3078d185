import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AppState } from "../app-state.ts";
import type { Wish } from "../call/admission.ts";
import { recall, remember } from "../devices/memory.ts";
import { type Entry, groupCallId, linkPath, whereOf } from "../model/call-id.ts";
import { LONGEST_NAME, tidyName } from "../model/names.ts";
import { CallIdField } from "./call-id-field.tsx";
import { Field } from "./field.tsx";
import { useStrings } from "./strings.ts";

/** After which a name counts as typed, in ms. */
const TYPING_PAUSE = 400;

type State = Pick<AppState, "entry" | "account" | "prepare" | "join" | "otherMeeting">;

/** What was typed, without what a link has said already. */
interface Typed {
  readonly callId: string;
  readonly name: string;
  readonly passcode: string;
}

/** The join that is wished for, or the field that keeps it from being one. */
function wishOf({ callId, secret, share }: Entry, typed: Typed): Wish | "callId" | "name" {
  const where = callId ? { callId } : whereOf(typed.callId);
  const name = tidyName(typed.name);
  if (!where) return "callId";
  if (!name) return "name";
  const by = secret ? { secret } : typed.passcode ? { passcode: typed.passcode } : {};
  return { ...where, name, ...by, ...(share ? { share } : {}) };
}

export function JoinForm({ state }: { readonly state: State }) {
  const { landing } = useStrings();
  const entry = state.entry.value;
  const { user } = state.account;
  const [callId, setCallId] = useState("");
  const [typedName, setName] = useState<string>();
  const [passcode, setPasscode] = useState("");
  const [problem, setProblem] = useState<"callId" | "name">();
  const form = useRef<HTMLFormElement>(null);
  const name = typedName ?? user?.name ?? recall("name");

  usePreparation(state, tidyName(name));
  useFocusOnEmpty(form);

  const submit = (event: Event) => {
    event.preventDefault();
    const wish = wishOf(entry, { callId, name, passcode });
    setProblem(typeof wish === "string" ? wish : undefined);
    if (typeof wish === "string") return form.current?.querySelector<HTMLInputElement>(`[name=${wish}]`)?.focus();
    if (!user) remember("name", wish.name);
    void state.join(wish);
  };

  return (
    <form ref={form} class="form" onSubmit={submit} noValidate>
      <WhereField
        state={state}
        value={callId}
        problem={problem === "callId" ? landing.callIdShort : undefined}
        onInput={setCallId}
      />
      <Field
        label={landing.name}
        hint={user && landing.signedInAs(user.userJid)}
        problem={problem === "name" ? landing.nameMissing : undefined}
      >
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
              maxLength={64}
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

interface WhereProps {
  readonly state: State;
  readonly value: string;
  readonly problem: string | undefined;
  readonly onInput: (text: string) => void;
}

/** Which meeting: as the link says, or to be typed. */
function WhereField({ state, value, problem, onInput }: WhereProps) {
  const { landing } = useStrings();
  const { callId } = state.entry.value;
  if (callId)
    return (
      <p class="meeting-line">
        <span>{landing.atMeeting}</span>
        <strong data-testid="landing-id">{groupCallId(callId)}</strong>
        <button type="button" class="link" onClick={() => state.otherMeeting()}>
          {landing.change}
        </button>
      </p>
    );
  return (
    <CallIdField
      value={value}
      problem={problem}
      onInput={onInput}
      onLink={(pasted) => {
        history.replaceState(null, "", linkPath(pasted));
        state.entry.value = pasted;
      }}
    />
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
