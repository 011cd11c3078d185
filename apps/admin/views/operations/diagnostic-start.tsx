import { useState } from "preact/hooks";
import type { DiagnosticsAnswer } from "../../model/answers.ts";
import {
  type DiagnosticDraft,
  diagnosticBody,
  diagnosticDraft,
  diagnosticProblems,
} from "../../model/diagnostic-form.ts";
import { useApp, useStrings } from "../context.ts";
import { confirm } from "../kit/confirm.tsx";
import { CheckField, ChoiceField, TextField } from "../kit/inputs.tsx";
import { Badge } from "../kit/marks.tsx";
import { Section } from "../kit/page.tsx";
import { useAction } from "../kit/use-action.ts";

interface Props {
  readonly modules: DiagnosticsAnswer["modules"];
  /** There is a log already. */
  readonly replaces: boolean;
  readonly refresh: () => void;
}

export function DiagnosticStart({ modules, replaces, refresh }: Props) {
  const { diagnostics } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  const [draft, setDraft] = useState<DiagnosticDraft>(() => diagnosticDraft(modules.map(({ module }) => module)));
  const [isTried, setTried] = useState(false);
  const set = (change: Partial<DiagnosticDraft>) => setDraft({ ...draft, ...change });
  const problems = isTried ? diagnosticProblems(draft) : [];
  const start = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (diagnosticProblems(draft).length > 0) return;
    const question = { title: diagnostics.startTitle, text: diagnostics.startText, action: diagnostics.start };
    if (replaces && !(await confirm(question))) return;
    const send = () => server.change("POST", "/api/diagnostics/start", diagnosticBody(draft));
    if (await run(send, diagnostics.started)) refresh();
  };
  return (
    <Section title={diagnostics.start}>
      <form class="form two" noValidate onSubmit={(event) => void start(event)}>
        <ModuleChoice modules={modules} draft={draft} set={set} isWrong={problems.includes("modules")} />
        <CaptureChoice draft={draft} set={set} isWrong={problems.includes("ports")} />
        <ChoiceField
          label={diagnostics.minutes}
          value={draft.minutes}
          choices={diagnostics.minuteWords as Readonly<Record<string, string>>}
          onChange={(minutes) => set({ minutes })}
        />
        <div class="button-row form-buttons">
          <button type="submit" class="button primary" disabled={busy}>
            {diagnostics.start}
          </button>
        </div>
      </form>
    </Section>
  );
}

interface ChoiceProps {
  readonly draft: DiagnosticDraft;
  readonly set: (change: Partial<DiagnosticDraft>) => void;
  readonly isWrong: boolean;
}

function ModuleChoice({ modules, draft, set, isWrong }: ChoiceProps & Pick<Props, "modules">) {
  const { diagnostics } = useStrings();
  const toggle = (module: string) =>
    set({
      modules: modules
        .map((one) => one.module)
        .filter((one) => (one === module ? !draft.modules.includes(one) : draft.modules.includes(one))),
    });
  return (
    <fieldset class="checks">
      <legend>{diagnostics.modules}</legend>
      {modules.map(({ module, help, captured }) => (
        <label key={module} title={help}>
          <input type="checkbox" checked={draft.modules.includes(module)} onChange={() => toggle(module)} />
          <span>{module}</span>
          {captured && <Badge>{diagnostics.withCapture}</Badge>}
        </label>
      ))}
      {isWrong && (
        <p class="note problem" role="alert">
          {diagnostics.modulesMissing}
        </p>
      )}
    </fieldset>
  );
}

function CaptureChoice({ draft, set, isWrong }: ChoiceProps) {
  const { diagnostics } = useStrings();
  return (
    <div class="form">
      <div class="checks">
        <CheckField label={diagnostics.take} checked={draft.capture} onChange={(capture) => set({ capture })} />
        <p class="note">{diagnostics.takeHint}</p>
      </div>
      {draft.capture && (
        <>
          <TextField
            label={diagnostics.byAddress}
            name="addresses"
            value={draft.addresses}
            onInput={(addresses) => set({ addresses })}
            hint={diagnostics.byAddressHint}
            maxLength={2000}
          />
          <TextField
            label={diagnostics.byPort}
            name="ports"
            value={draft.ports}
            onInput={(ports) => set({ ports })}
            hint={diagnostics.byPortHint}
            problem={isWrong ? diagnostics.portsWrong : undefined}
          />
          <ChoiceField
            label={diagnostics.whole}
            value={draft.snaplen}
            choices={diagnostics.wholes as Readonly<Record<string, string>>}
            onChange={(snaplen) => set({ snaplen })}
          />
        </>
      )}
    </div>
  );
}
