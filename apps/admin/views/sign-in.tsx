import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "../../meeting/views/field.tsx";
import { Brand } from "../../meeting/views/icons.tsx";
import { type FailureFacts, factsOf } from "../server/failure.ts";
import { failureSentence } from "../strings/failures.ts";
import { useApp, useStrings } from "./context.ts";

/** Codes by which the server says that the password was right and a code is missing. */
const CODE_WANTED = /CODE|TOTP/;

export function SignIn({ why }: { readonly why: "signed-out" | "expired" | undefined }) {
  const { signIn, shell } = useStrings();
  useEffect(() => {
    document.title = `${signIn.title} · ${shell.product}`;
  }, [signIn, shell]);
  return (
    <main class="sign-in">
      <Brand />
      <section class="card sign-in-card">
        <header>
          <h1>{signIn.title}</h1>
          <p class="note">{signIn.intro}</p>
        </header>
        {why && (
          <p class="told" role="status">
            {why === "expired" ? signIn.expired : signIn.signedOut}
          </p>
        )}
        <SignInForm />
      </section>
    </main>
  );
}

function SignInForm() {
  const strings = useStrings();
  const { signIn } = strings;
  const { session } = useApp();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const [problem, setProblem] = useState<FailureFacts | "missing">();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    form.current?.querySelector<HTMLInputElement>(needsCode ? "[name=code]" : "[name=username]")?.focus();
  }, [needsCode]);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (!username.trim() || !password) return setProblem("missing");
    setBusy(true);
    setProblem(undefined);
    try {
      await session.signIn(username.trim(), password, code.replace(/\s/g, "") || undefined);
    } catch (error) {
      const facts = factsOf(error);
      const wantsFirstCode = CODE_WANTED.test(facts.code) && !needsCode;
      if (CODE_WANTED.test(facts.code)) setNeedsCode(true);
      if (!wantsFirstCode) setProblem(facts);
      setCode("");
      setBusy(false);
    }
  };

  return (
    <form ref={form} class="form" onSubmit={(event) => void submit(event)} noValidate>
      <div role="alert">{problem && <SignInProblem problem={problem} />}</div>
      <Field label={signIn.username}>
        {(field) => (
          <input
            {...field}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellcheck={false}
            maxLength={100}
            value={username}
            onInput={(event) => setUsername(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label={signIn.password}>
        {(field) => (
          <input
            {...field}
            name="password"
            type="password"
            autoComplete="current-password"
            maxLength={256}
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        )}
      </Field>
      {needsCode && (
        <Field label={signIn.code} hint={signIn.codeHint}>
          {(field) => (
            <input
              {...field}
              name="code"
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={10}
              value={code}
              onInput={(event) => setCode(event.currentTarget.value)}
            />
          )}
        </Field>
      )}
      <button type="submit" class="button primary" disabled={busy} data-testid="sign-in">
        {signIn.submit}
      </button>
    </form>
  );
}

function SignInProblem({ problem }: { readonly problem: FailureFacts | "missing" }) {
  const strings = useStrings();
  const { signIn } = strings;
  if (problem === "missing") return <p class="told bad">{signIn.missing}</p>;
  return (
    <div class="told bad">
      <p>{failureSentence(problem, strings)}</p>
      {problem.retryAfter !== undefined && <p>{signIn.waitSeconds(problem.retryAfter)}</p>}
      {problem.remedy && <p class="note">{problem.remedy}</p>}
    </div>
  );
}
