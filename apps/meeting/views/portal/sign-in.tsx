import { useEffect, useRef, useState } from "preact/hooks";
import type { PortalRoute } from "../../app-state.ts";
import { rememberSignIn } from "../../portal/account.ts";
import { AskFailure } from "../../portal/ask.ts";
import { Field } from "../field.tsx";
import { Brand } from "../icons.tsx";
import { useCountdown } from "../use-countdown.ts";
import { usePortal } from "./context.ts";
import { Go } from "./go.tsx";
import { Problem } from "./parts.tsx";
import { useAction } from "./use-request.ts";

type Route = Extract<PortalRoute, { to: "sign-in" }>;

/** By password or at an identity provider; then back to where one wanted to go. */
export function SignIn({ route }: { readonly route: Route }) {
  const { strings, state } = usePortal();
  const ways = state.account.ways.value;
  const refused = route.error ? new AskFailure({ code: route.error }) : undefined;
  const providers = ways?.identityProviders ?? [];
  const none = ways && !ways.password && providers.length === 0;
  return (
    <main class="sheet" data-testid="sign-in">
      <Brand />
      <section class="card sign-in-card">
        <div class="sign-in-title">
          <h1>{strings.signIn.title}</h1>
          <p class="soft">{route.returnTo === "/spaces" ? strings.signIn.lead : strings.signIn.over}</p>
        </div>
        <Problem failure={refused} />
        {route.traceId && (
          <p class="fine">
            {strings.signIn.trace} <code>{route.traceId}</code>
          </p>
        )}
        {none && <p role="status">{strings.signIn.none}</p>}
        {(ways === undefined || ways.password) && <PasswordForm returnTo={route.returnTo} />}
        {ways?.password && providers.length > 0 && <p class="divider">{strings.signIn.or}</p>}
        {providers.length > 0 && (
          <div class="providers">
            {providers.map(({ id, name }) => (
              <a
                key={id}
                class="button quiet"
                href={`/api/auth/oidc/${id}/start?${new URLSearchParams({ returnTo: route.returnTo })}`}
                onClick={() => rememberSignIn(true)}
              >
                {strings.signIn.with(name)}
              </a>
            ))}
          </div>
        )}
        <p>
          <Go to="/" class="link">
            {strings.signIn.join}
          </Go>
        </p>
      </section>
    </main>
  );
}

function PasswordForm({ returnTo }: { readonly returnTo: string }) {
  const { strings, state } = usePortal();
  const { busy, failure, run } = useAction();
  const [missing, setMissing] = useState(false);
  const [wait, startWait] = useCountdown(0);
  const form = useRef<HTMLFormElement>(null);
  const field = (name: string) => form.current?.querySelector<HTMLInputElement>(`[name=${name}]`);
  useEffect(() => field("username")?.focus({ preventScroll: true }), []);
  useEffect(() => {
    if (!failure) return;
    if (failure.retryAfter) startWait(failure.retryAfter);
    else field("password")?.select();
  }, [failure]);

  const submit = (event: Event) => {
    event.preventDefault();
    const username = field("username")?.value.trim() ?? "";
    const password = field("password")?.value ?? "";
    setMissing(!username || !password);
    if (!username || !password) return field(username ? "password" : "username")?.focus();
    if (wait > 0) return;
    void run(async () => {
      await state.account.signIn(username, password);
      state.go(returnTo, "replace");
    });
  };

  return (
    <form ref={form} class="form" onSubmit={submit} noValidate>
      <Field label={strings.signIn.username} hint={strings.signIn.usernameHint}>
        {(given) => (
          <input
            {...given}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellcheck={false}
            maxLength={254}
          />
        )}
      </Field>
      <Field label={strings.signIn.password} problem={missing ? strings.signIn.missing : undefined}>
        {(given) => (
          <input {...given} name="password" type="password" autoComplete="current-password" maxLength={256} />
        )}
      </Field>
      <Problem failure={failure} />
      <button type="submit" class="button primary large" aria-disabled={busy || wait > 0} data-testid="sign-in-submit">
        {wait > 0 ? strings.signIn.wait(wait) : strings.signIn.submit}
      </button>
    </form>
  );
}
