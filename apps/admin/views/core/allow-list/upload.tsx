import { useState } from "preact/hooks";
import { Field } from "../../../../meeting/views/field.tsx";
import type { ImportAnswer } from "../../../model/answers.ts";
import { useApp, useMayChange, useStrings } from "../../context.ts";
import { CheckField } from "../../kit/inputs.tsx";
import { Mark } from "../../kit/marks.tsx";
import { Section } from "../../kit/page.tsx";
import { Table } from "../../kit/table.tsx";
import { useAction } from "../../kit/use-action.ts";

/** As the core takes at most. Bytes. */
const LARGEST = 256 * 1024;

export function UploadTab({ refresh }: { readonly refresh: () => void }) {
  const { allowList } = useStrings();
  const words = allowList.upload;
  const { server } = useApp();
  const { busy, run } = useAction();
  const [csv, setCsv] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [replace, setReplace] = useState(false);
  const [answer, setAnswer] = useState<ImportAnswer>();
  const mayChange = useMayChange();

  const choose = async (file: File | undefined) => {
    setAnswer(undefined);
    setCsv(undefined);
    setProblem(file && file.size > LARGEST ? words.tooLarge : undefined);
    if (file && file.size <= LARGEST) setCsv(await file.text());
  };
  const send = async (dryRun: boolean) => {
    if (csv === undefined) return setProblem(words.chooseFirst);
    const body = { csv, dryRun, replace };
    await run(async () => setAnswer((await server.change<ImportAnswer>("POST", "/api/allow-list/import", body)).value));
    if (!dryRun) refresh();
  };
  return (
    <div class="stack">
      <Section
        title={allowList.tabs.upload}
        actions={
          <a class="button quiet small" href="/api/allow-list/export" download="allow-list.csv">
            {words.export}
          </a>
        }
      >
        <p class="note section-note">{words.text}</p>
        {mayChange && (
          <div class="form">
            <Field label={words.file} problem={problem}>
              {(field) => (
                <input
                  {...field}
                  type="file"
                  accept=".csv,text/csv"
                  onChange={(event) => void choose(event.currentTarget.files?.[0])}
                />
              )}
            </Field>
            <div class="checks">
              <CheckField
                label={words.replace}
                checked={replace}
                onChange={(checked) => {
                  setReplace(checked);
                  setAnswer(undefined);
                }}
              />
            </div>
            <div class="button-row">
              <button type="button" class="button quiet" disabled={busy} onClick={() => void send(true)}>
                {words.try}
              </button>
              <button type="button" class="button primary" disabled={busy} onClick={() => void send(false)}>
                {words.import}
              </button>
            </div>
          </div>
        )}
      </Section>
      {answer && <Outcome answer={answer} />}
    </div>
  );
}

function Outcome({ answer }: { readonly answer: ImportAnswer }) {
  const { allowList } = useStrings();
  const words = allowList.upload;
  const { added, changed, removed, unchanged, errors, dryRun } = answer;
  const title = errors.length > 0 ? words.errors(errors.length) : dryRun ? words.tried : words.done;
  return (
    <div role="status">
      <Section title={title} flush={errors.length > 0}>
        {errors.length === 0 ? (
          <p>
            <Mark state={dryRun ? "waiting" : "good"}>{words.counts(added, changed, removed, unchanged)}</Mark>
          </p>
        ) : (
          <Table caption={title} columns={[{ head: words.line, kind: "number" }, { head: words.why }]}>
            {errors.map(({ line, why }) => (
              <tr key={`${line} ${why}`}>
                <td class="number">{line}</td>
                <td class="words fill">{why}</td>
              </tr>
            ))}
          </Table>
        )}
      </Section>
    </div>
  );
}
