import { useState } from "preact/hooks";
import { Field } from "../../../meeting/views/field.tsx";
import type { CertificateRow } from "../../model/answers.ts";
import { linesOf } from "../../model/config-form.ts";
import { useApp, useStrings } from "../context.ts";
import { CopyButton } from "../kit/controls.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { DialogForm } from "../kit/inputs.tsx";
import { useAction } from "../kit/use-action.ts";

interface Props {
  readonly row: CertificateRow;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Makes a PKCS#10 request, and shows it for an authority to sign. */
export function RequestDialog({ row: { use, names }, onClose, onDone }: Props) {
  const { certificates, shell } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  const [wanted, setWanted] = useState(names.join("\n"));
  const [request, setRequest] = useState<string>();
  const name = certificates.uses[use] ?? use;
  const make = () =>
    run(async () => {
      const lines = linesOf(wanted);
      const path = `/api/certificates/${encodeURIComponent(use)}/request`;
      const body = lines.length > 0 ? { names: lines } : {};
      setRequest((await server.change<{ request: string }>("POST", path, body)).value.request);
      onDone();
    });
  return (
    <Dialog title={certificates.requestTitle(name)} onClose={onClose} isBroad>
      {request === undefined ? (
        <DialogForm
          onSubmit={() => void make()}
          onCancel={onClose}
          submit={certificates.makeRequest}
          cancel={shell.cancel}
          busy={busy}
        >
          <Field label={certificates.requestNames} hint={certificates.requestNamesHint}>
            {(field) => (
              <textarea
                {...field}
                rows={Math.min(8, names.length + 2)}
                spellcheck={false}
                value={wanted}
                onInput={(event) => setWanted(event.currentTarget.value)}
              />
            )}
          </Field>
        </DialogForm>
      ) : (
        <Made request={request} use={use} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface MadeProps {
  readonly request: string;
  readonly use: string;
  readonly onClose: () => void;
}

function Made({ request, use, onClose }: MadeProps) {
  const { certificates } = useStrings();
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([request], { type: "application/pkcs10" }));
    link.download = `${use}.csr`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <div class="form">
      <p>{certificates.requestReady}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <pre class="pem" tabIndex={0}>
        {request}
      </pre>
      <div class="dialog-actions">
        <CopyButton text={request} label={certificates.copyRequest} withText />
        <button type="button" class="button quiet" onClick={save}>
          {certificates.downloadRequest}
        </button>
        <button type="button" class="button primary" onClick={onClose}>
          {certificates.done}
        </button>
      </div>
    </div>
  );
}
