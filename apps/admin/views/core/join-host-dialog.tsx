import { useState } from "preact/hooks";
import type { JoinHostView } from "../../model/answers.ts";
import { isHostName, type JoinHostDraft, joinHostChange, joinHostDraft, newJoinHost } from "../../model/join-host.ts";
import { useApp, useStrings } from "../context.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { CheckField, ChoiceField, TextField } from "../kit/inputs.tsx";

interface Props {
  /** Left out for a new one. */
  readonly joinHost: JoinHostView | undefined;
  readonly revision: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function JoinHostDialog({ joinHost, revision, onClose, onDone }: Props) {
  const { core, shell } = useStrings();
  const words = core.meetingServer;
  const { server } = useApp();
  const [draft, setDraft] = useState<JoinHostDraft>(() => joinHostDraft(joinHost));
  const set = (change: Partial<JoinHostDraft>) => setDraft({ ...draft, ...change });
  const host = draft.host.trim().toLowerCase();
  const hasHost = isHostName(host);
  const hasFile = draft.trust === "system" || draft.trustFile.trim() !== "";
  const save = () => {
    if (!joinHost) return server.change("POST", "/api/join-hosts", { ...newJoinHost(draft), revision });
    const path = `/api/join-hosts/${encodeURIComponent(joinHost.host)}`;
    return server.change("PUT", path, { ...joinHostChange(joinHost, draft), revision });
  };
  return (
    <FormDialog
      title={joinHost ? words.editTitle(joinHost.host) : words.addTitle}
      submit={shell.save}
      onClose={onClose}
      isReady={hasHost && hasFile}
      act={save}
      done={joinHost ? words.changed(host) : words.added(host)}
      onDone={onDone}
    >
      {(isTried) => (
        <>
          {!joinHost && (
            <TextField
              label={words.uri}
              name="host"
              value={draft.host}
              onInput={(text) => set({ host: text })}
              hint={words.uriHint}
              problem={isTried && !hasHost ? words.uriWrong : undefined}
              maxLength={253}
            />
          )}
          <TextField
            label={words.target}
            name="target"
            value={draft.target}
            onInput={(text) => set({ target: text })}
            optional={words.optional}
            hint={words.targetHint}
            maxLength={260}
          />
          <Trust draft={draft} set={set} isWrong={isTried && !hasFile} />
        </>
      )}
    </FormDialog>
  );
}

interface TrustProps {
  readonly draft: JoinHostDraft;
  readonly set: (change: Partial<JoinHostDraft>) => void;
  readonly isWrong: boolean;
}

/** How the Web Bridge is trusted, and what may pass to it. */
function Trust({ draft, set, isWrong }: TrustProps) {
  const words = useStrings().core.meetingServer;
  return (
    <>
      <ChoiceField
        label={words.trust}
        value={draft.trust}
        choices={words.trusts}
        onChange={(trust) => set({ trust })}
      />
      {draft.trust !== "system" && (
        <TextField
          label={words.trustFile}
          name="trustFile"
          value={draft.trustFile}
          onInput={(trustFile) => set({ trustFile })}
          problem={isWrong ? words.trustFileMissing : undefined}
          maxLength={500}
        />
      )}
      <div class="checks">
        <CheckField label={words.enabled} checked={draft.enabled} onChange={(enabled) => set({ enabled })} />
        <CheckField
          label={words.automaticRules}
          checked={draft.automaticRules}
          onChange={(automaticRules) => set({ automaticRules })}
        />
        <CheckField label={words.whip} checked={draft.whip} onChange={(whip) => set({ whip })} />
      </div>
    </>
  );
}
