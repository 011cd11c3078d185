import { useEffect, useState } from "preact/hooks";
import { Field } from "../../../../meeting/views/field.tsx";
import { METHODS } from "../../../model/allow-rule.ts";
import type { ExplainAnswer } from "../../../model/answers.ts";
import { useApp, useStrings } from "../../context.ts";
import { TextField } from "../../kit/inputs.tsx";
import { Mark } from "../../kit/marks.tsx";
import { Section } from "../../kit/page.tsx";
import { Table } from "../../kit/table.tsx";
import { useAction } from "../../kit/use-action.ts";

/** What would happen to a request. What is asked stands in the address: a refusal leads here. */
export function ExplainTab() {
  const { allowList } = useStrings();
  const words = allowList.explain;
  const { server, router } = useApp();
  const { busy, run } = useAction();
  const { query } = router.location.peek();
  const [method, setMethod] = useState(query.get("method") ?? "GET");
  const [url, setUrl] = useState(query.get("url") ?? "");
  const [answer, setAnswer] = useState<ExplainAnswer>();
  const ask = async () => {
    if (!url.trim()) return;
    const body = { method, url: url.trim() };
    router.setQuery({ tab: "explain", ...body });
    await run(async () =>
      setAnswer((await server.change<ExplainAnswer>("POST", "/api/allow-list/explain", body)).value),
    );
  };
  useEffect(() => {
    if (url) void ask();
    // Once, for what the address asks
  }, []);
  return (
    <div class="stack">
      <Section title={allowList.tabs.explain}>
        <p class="note section-note">{words.text}</p>
        <form
          class="ask"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void ask();
          }}
        >
          <Field label={words.method}>
            {(field) => (
              <select {...field} value={method} onChange={(event) => setMethod(event.currentTarget.value)}>
                {[...new Set([...METHODS, method])].map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            )}
          </Field>
          <TextField label={words.url} name="url" value={url} onInput={setUrl} maxLength={4000} />
          <button type="submit" class="button primary" disabled={busy}>
            {words.ask}
          </button>
        </form>
      </Section>
      {answer && <Verdict answer={answer} />}
    </div>
  );
}

function Verdict({ answer }: { readonly answer: ExplainAnswer }) {
  const { allowList } = useStrings();
  const words = allowList.explain;
  const { allowed, text, normalised, rule, columns, notes } = answer;
  return (
    <div role="status">
      <section class="card section flush">
        <div class="verdict">
          <h2>
            <Mark state={allowed ? "good" : "bad"}>{allowed ? words.allowed : words.refused}</Mark>
          </h2>
          <p>{text}</p>
          {normalised && (
            <p class="note">
              {words.normalised}: <code>{normalised}</code>
            </p>
          )}
          {notes.map((note) => (
            <p key={note}>
              <Mark state="waiting">{note}</Mark>
            </p>
          ))}
          {rule && (
            <p class="note">
              {allowed ? words.by : words.nearest} <strong>{rule.description}</strong> <code>{rule.url}</code>
            </p>
          )}
        </div>
        {columns.length > 0 && (
          <Table
            caption={words.verdict}
            cards
            columns={[{ head: words.column }, { head: words.asked }, { head: words.wanted }, { head: words.verdict }]}
          >
            {columns.map(({ column, asked, wanted, fits }) => (
              <tr key={column} class={fits === false ? "stopped" : fits === undefined ? "unlooked" : ""}>
                <th scope="row">{words.columns[column]}</th>
                <td class="words">
                  <code>{asked}</code>
                </td>
                <td class="words">
                  <code>{wanted}</code>
                </td>
                <td>
                  <Fits fits={fits} />
                </td>
              </tr>
            ))}
          </Table>
        )}
      </section>
    </div>
  );
}

function Fits({ fits }: { readonly fits: boolean | undefined }) {
  const { allowList } = useStrings();
  const words = allowList.explain;
  if (fits === undefined) return <Mark state="off">{words.notLooked}</Mark>;
  return <Mark state={fits ? "good" : "bad"}>{fits ? words.fits : words.fitsNot}</Mark>;
}
