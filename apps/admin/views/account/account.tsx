import { useState } from "preact/hooks";
import { useApp, useStrings } from "../context.ts";
import { TextField } from "../kit/inputs.tsx";
import { Page, Section } from "../kit/page.tsx";
import { useAction } from "../kit/use-action.ts";
import { TotpSection } from "./totp.tsx";

export function AccountPage() {
  const { account } = useStrings();
  const session = useApp().session.state.value;
  if (session.state !== "in") return <Page title={account.title}>{null}</Page>;
  const { name, role, totp = false } = session.administrator;
  return (
    <Page title={account.title} sub={`${name} · ${account.role[role]}`}>
      <div class="stack narrow">
        <TotpSection isOn={totp} />
        <PasswordSection />
      </div>
    </Page>
  );
}

function PasswordSection() {
  const { account } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  const [password, setPassword] = useState("");
  const [newPassword, setNewPassword] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    const change = () => server.change("PUT", "/api/session/password", { password, newPassword });
    if (!(await run(change, account.passwordChanged))) return;
    setPassword("");
    setNewPassword("");
  };
  return (
    <Section title={account.passwordTitle}>
      <form class="form" noValidate onSubmit={(event) => void submit(event)}>
        <TextField
          label={account.passwordNow}
          name="password"
          type="password"
          autoComplete="current-password"
          value={password}
          onInput={setPassword}
          maxLength={256}
        />
        <TextField
          label={account.passwordNew}
          name="newPassword"
          type="password"
          autoComplete="new-password"
          value={newPassword}
          onInput={setNewPassword}
          hint={account.passwordHint}
          maxLength={256}
        />
        <div class="button-row">
          <button type="submit" class="button quiet" disabled={busy || !password || !newPassword}>
            {account.passwordChange}
          </button>
        </div>
      </form>
    </Section>
  );
}
