import { textOfValue, valueAt } from "../../model/config-form.ts";
import { useApp, useMayChange, useStrings } from "../context.ts";
import { Facts } from "../kit/facts.tsx";
import { Section } from "../kit/page.tsx";
import { useAction } from "../kit/use-action.ts";
import { useConfig } from "../kit/use-config.ts";

/** Where the credentials are; they themselves are never told. */
export function TurnCredentials() {
  const { turn } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  const mayChange = useMayChange();
  const { config } = useConfig();
  if (!config) return null;
  const fileOf = (key: string) => {
    const file = textOfValue(valueAt(config.holds, key));
    return file ? <code>{file}</code> : turn.noCredential;
  };
  const action = mayChange && (
    <button
      type="button"
      class="button quiet small"
      disabled={busy}
      onClick={() => void run(() => server.change("POST", "/api/turn/reload"), turn.reloaded)}
    >
      {turn.reload}
    </button>
  );
  return (
    <Section title={turn.credentials} actions={action}>
      <Facts
        facts={[
          [turn.sharedSecret, fileOf("turn.sharedSecretFile")],
          [turn.users, fileOf("turn.usersFile")],
        ]}
      />
      <p class="note after-facts">{turn.credentialsNote}</p>
    </Section>
  );
}
