import { useState } from "preact/hooks";
import { METHODS, type RuleDraft, ruleBody, ruleDraft, ruleProblems, toggled } from "../../../model/allow-rule.ts";
import type { AllowRuleView } from "../../../model/answers.ts";
import { useApp, useStrings } from "../../context.ts";
import { FormDialog } from "../../kit/form-dialog.tsx";
import { CheckField, ChoiceField, TextField } from "../../kit/inputs.tsx";

interface Props {
  /** Left out for a new one. */
  readonly rule: AllowRuleView | undefined;
  readonly revision: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function RuleDialog({ rule, revision, onClose, onDone }: Props) {
  const { allowList, shell } = useStrings();
  const { server } = useApp();
  const [draft, setDraft] = useState<RuleDraft>(() => ruleDraft(rule));
  const set = (change: Partial<RuleDraft>) => setDraft({ ...draft, ...change });
  const problems = ruleProblems(draft);
  const save = () => {
    const body = { ...ruleBody(draft), revision };
    return rule
      ? server.change("PUT", `/api/allow-list/${encodeURIComponent(rule.id)}`, body)
      : server.change("POST", "/api/allow-list", body);
  };
  return (
    <FormDialog
      title={rule ? allowList.editTitle : allowList.addTitle}
      submit={shell.save}
      onClose={onClose}
      isReady={problems.length === 0}
      act={save}
      done={rule ? allowList.changed : allowList.added}
      onDone={onDone}
    >
      {(isTried) => (
        <>
          <TextField
            label={allowList.description}
            name="description"
            value={draft.description}
            onInput={(description) => set({ description })}
            problem={isTried && problems.includes("description") ? allowList.descriptionMissing : undefined}
          />
          <TextField
            label={allowList.url}
            name="url"
            value={draft.url}
            onInput={(url) => set({ url })}
            hint={allowList.urlHint}
            problem={isTried && problems.includes("url") ? allowList.urlWrong : undefined}
            maxLength={2000}
          />
          <ChoiceField
            label={allowList.match}
            value={draft.match}
            choices={allowList.matchHints}
            onChange={(match) => set({ match })}
          />
          <MethodsField draft={draft} set={set} isWrong={isTried && problems.includes("methods")} />
          <div class="checks">
            <CheckField label={allowList.enabled} checked={draft.enabled} onChange={(enabled) => set({ enabled })} />
          </div>
        </>
      )}
    </FormDialog>
  );
}

interface MethodsProps {
  readonly draft: RuleDraft;
  readonly set: (change: Partial<RuleDraft>) => void;
  readonly isWrong: boolean;
}

function MethodsField({ draft: { methods }, set, isWrong }: MethodsProps) {
  const { allowList } = useStrings();
  return (
    <fieldset class="checks">
      <legend>{allowList.allowedMethods}</legend>
      <label>
        <input
          type="radio"
          name="methods"
          checked={methods === undefined}
          onChange={() => set({ methods: undefined })}
        />
        <span>{allowList.useDefaults}</span>
      </label>
      <label>
        <input
          type="radio"
          name="methods"
          checked={methods !== undefined}
          onChange={() => set({ methods: METHODS.slice(0, 5) })}
        />
        <span>{allowList.chooseMethods}</span>
      </label>
      {methods && (
        <div class="method-choices">
          {METHODS.map((method) => (
            <CheckField
              key={method}
              label={method}
              checked={methods.includes(method)}
              onChange={() => set({ methods: toggled(methods, method) })}
            />
          ))}
        </div>
      )}
      {isWrong && (
        <p class="note problem" role="alert">
          {allowList.methodsMissing}
        </p>
      )}
    </fieldset>
  );
}
