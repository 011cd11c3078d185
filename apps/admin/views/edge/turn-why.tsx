import { useState } from "preact/hooks";
import type { PeerVerdict } from "../../model/answers.ts";
import { useApp, useStrings } from "../context.ts";
import { Facts } from "../kit/facts.tsx";
import { TextField } from "../kit/inputs.tsx";
import { Mark } from "../kit/marks.tsx";
import { Section } from "../kit/page.tsx";
import { useAction } from "../kit/use-action.ts";

/** Judges a peer as the TURN server does. */
export function WhyTool() {
  const { turn, edge } = useStrings();
  const words = turn.why;
  const { server } = useApp();
  const { busy, run } = useAction();
  const [credential, setCredential] = useState("guest");
  const [peer, setPeer] = useState("");
  const [verdict, setVerdict] = useState<PeerVerdict>();
  const ask = async () => {
    setVerdict(undefined);
    const body = { credential: credential.trim(), peer: peer.trim() };
    await run(async () => setVerdict((await server.change<PeerVerdict>("POST", "/api/turn/why", body)).value));
  };
  return (
    <Section title={words.title}>
      <p class="note section-note">{words.text}</p>
      <form
        class="ask even"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <TextField
          label={words.credential}
          name="credential"
          value={credential}
          onInput={setCredential}
          hint={words.credentialHint}
          maxLength={513}
        />
        <TextField label={words.peer} name="peer" value={peer} onInput={setPeer} hint={words.peerHint} maxLength={64} />
        <button type="submit" class="button quiet" disabled={busy || !credential.trim() || !peer.trim()}>
          {words.ask}
        </button>
      </form>
      <div role="status">
        {verdict && (
          <div class="answer">
            <Facts
              facts={[
                [
                  words.title,
                  <Mark state={verdict.allowed ? "good" : "bad"}>
                    {verdict.allowed ? words.allowed : words.refused}
                  </Mark>,
                ],
                [words.rule, verdict.rule],
                [words.role, edge.relays.roles[verdict.role]],
                [words.canonical, <code>{verdict.canonical}</code>],
              ]}
            />
          </div>
        )}
      </div>
    </Section>
  );
}
