import { useState } from "preact/hooks";
import { Field } from "../../../meeting/views/field.tsx";
import type { CertificateRow } from "../../model/answers.ts";
import { isPem } from "../../model/certificate.ts";
import { useApp, useStrings } from "../context.ts";
import { FormDialog } from "../kit/form-dialog.tsx";

/** As the server takes at most. Characters. */
const LONGEST = 200_000;

interface Props {
  readonly row: CertificateRow;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

export function InstallDialog({ row: { use }, onClose, onDone }: Props) {
  const { certificates } = useStrings();
  const { server } = useApp();
  const [certificate, setCertificate] = useState("");
  const [key, setKey] = useState("");
  const name = certificates.uses[use] ?? use;
  const isCertificate = isPem(certificate, "CERTIFICATE");
  const isKey = key.trim() === "" || isPem(key, "KEY");
  const install = () =>
    server.change("POST", `/api/certificates/${encodeURIComponent(use)}/install`, {
      certificate,
      ...(key.trim() ? { key } : {}),
    });
  return (
    <FormDialog
      title={certificates.installTitle(name)}
      submit={certificates.install}
      onClose={onClose}
      isReady={isCertificate && isKey}
      act={install}
      done={certificates.installed(name)}
      onDone={onDone}
      isBroad
    >
      {(isTried) => (
        <>
          <PemField
            label={certificates.certificate}
            hint={certificates.certificateHint}
            value={certificate}
            onText={setCertificate}
            problem={isTried && !isCertificate ? certificates.certificateMissing : undefined}
          />
          <PemField
            label={certificates.privateKey}
            hint={certificates.privateKeyHint}
            value={key}
            onText={setKey}
            problem={isTried && !isKey ? certificates.notPem : undefined}
          />
        </>
      )}
    </FormDialog>
  );
}

interface PemProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly problem: string | undefined;
}

/** Pasted, or taken from a file. */
function PemField({ label, hint, value, onText, problem }: PemProps) {
  const { certificates } = useStrings();
  const choose = async (file: File | undefined) => {
    if (file && file.size <= LONGEST) onText(await file.text());
  };
  return (
    <div class="pem-field">
      <Field label={label} hint={hint} problem={problem}>
        {(field) => (
          <textarea
            {...field}
            rows={5}
            spellcheck={false}
            autoComplete="off"
            maxLength={LONGEST}
            value={value}
            onInput={(event) => onText(event.currentTarget.value)}
          />
        )}
      </Field>
      <input
        type="file"
        class="pem-file"
        accept=".pem,.crt,.cer,.key"
        aria-label={`${certificates.chooseFile}: ${label}`}
        onChange={(event) => void choose(event.currentTarget.files?.[0])}
      />
    </div>
  );
}
