import { useState } from "preact/hooks";
import { encode } from "uqr";
import { useApp, useStrings } from "../context.ts";
import { CopyButton } from "../kit/controls.tsx";
import { FormDialog } from "../kit/form-dialog.tsx";
import { DialogForm, TextField } from "../kit/inputs.tsx";
import { Mark } from "../kit/marks.tsx";
import { Section } from "../kit/page.tsx";
import { useAction } from "../kit/use-action.ts";

interface Enrolment {
  readonly secret: string;
  readonly uri: string;
}

/** A second factor: a six-digit code of an authenticator app (RFC 6238). */
export function TotpSection({ isOn }: { readonly isOn: boolean }) {
  const { account } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const [isLeaving, setLeaving] = useState(false);
  const begin = () =>
    run(async () => setEnrolment((await server.change<Enrolment>("POST", "/api/session/totp")).value));
  return (
    <Section title={account.totpTitle}>
      <p>{isOn ? <Mark state="good">{account.totpOn}</Mark> : account.totpOff}</p>
      {!isOn && !enrolment && (
        <div class="button-row">
          <button type="button" class="button quiet" disabled={busy} onClick={() => void begin()}>
            {account.begin}
          </button>
        </div>
      )}
      {!isOn && enrolment && <Confirm enrolment={enrolment} onDone={() => setEnrolment(undefined)} />}
      {isOn && (
        <div class="button-row">
          <button type="button" class="button quiet" onClick={() => setLeaving(true)}>
            {account.turnOff}
          </button>
        </div>
      )}
      {isLeaving && <TurnOff onClose={() => setLeaving(false)} />}
    </Section>
  );
}

function Confirm({ enrolment, onDone }: { readonly enrolment: Enrolment; readonly onDone: () => void }) {
  const { account, shell } = useStrings();
  const { server, session } = useApp();
  const { busy, run } = useAction();
  const [code, setCode] = useState("");
  const submit = async () => {
    const confirm = () => server.change("POST", "/api/session/totp/confirm", { code: code.replace(/\s/g, "") });
    if (!(await run(confirm, account.confirmed))) return setCode("");
    await session.find();
    onDone();
  };
  return (
    <div class="enrolment">
      <QrCode text={enrolment.uri} label={account.qr} />
      <div class="enrolment-steps">
        <p>{account.scan}</p>
        <p class="note">{account.byHand}</p>
        <p class="enrolment-key">
          <code>{enrolment.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
          <CopyButton text={enrolment.secret} label={shell.copy} />
        </p>
        <DialogForm
          onSubmit={() => void submit()}
          onCancel={onDone}
          submit={account.confirm}
          cancel={shell.cancel}
          busy={busy}
        >
          <TextField
            label={account.code}
            name="code"
            autoComplete="one-time-code"
            value={code}
            onInput={setCode}
            maxLength={10}
          />
        </DialogForm>
      </div>
    </div>
  );
}

/** Dark on white in both colour schemes: many readers do not take it the other way round. */
function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, data } = encode(text, { border: 3 });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path class="qr-ground" d={`M0 0h${size}v${size}h-${size}z`} />
      <path class="qr-dots" d={path} />
    </svg>
  );
}

function TurnOff({ onClose }: { readonly onClose: () => void }) {
  const { account } = useStrings();
  const { server, session } = useApp();
  const [password, setPassword] = useState("");
  return (
    <FormDialog
      title={account.turnOffTitle}
      submit={account.turnOff}
      onClose={onClose}
      isReady
      act={() => server.change("DELETE", "/api/session/totp", { password })}
      done={account.turnedOff}
      onDone={() => void session.find()}
    >
      {() => (
        <TextField
          label={account.password}
          name="password"
          type="password"
          autoComplete="current-password"
          value={password}
          onInput={setPassword}
          maxLength={256}
        />
      )}
    </FormDialog>
  );
}
