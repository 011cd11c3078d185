import { useState } from "preact/hooks";
import { useApp, useStrings } from "../context.ts";
import { Dialog } from "../kit/dialog.tsx";
import { DialogForm, TextField } from "../kit/inputs.tsx";
import { useAction } from "../kit/use-action.ts";

/** As the API asks for. */
const SHORTEST_PASSWORD = 8;

export function CreateUser({ onClose, onCreated }: { readonly onClose: () => void; readonly onCreated: () => void }) {
  const { users, spaces, shell } = useStrings();
  const { objects } = useApp();
  const { busy, run } = useAction();
  const [userJid, setUserJid] = useState("");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [isTried, setTried] = useState(false);
  const hasJid = /^[^\s@]+@[^\s@]+$/.test(userJid.trim());
  const hasPassword = password.length >= SHORTEST_PASSWORD;
  const submit = async () => {
    setTried(true);
    if (!hasJid || !hasPassword) return;
    const more = { ...(name.trim() ? { name: name.trim() } : {}), ...(email.trim() ? { email: email.trim() } : {}) };
    const create = () => objects.create("users", { userJid: userJid.trim(), ...more, password });
    if (!(await run(create, users.created(userJid.trim())))) return;
    onClose();
    onCreated();
  };
  return (
    <Dialog title={users.createTitle} onClose={onClose}>
      <DialogForm
        onSubmit={() => void submit()}
        onCancel={onClose}
        submit={shell.create}
        cancel={shell.cancel}
        busy={busy}
      >
        <TextField
          label={users.username}
          name="userJid"
          value={userJid}
          onInput={setUserJid}
          hint={users.usernameHint}
          problem={isTried && !hasJid ? users.usernameMissing : undefined}
          maxLength={254}
        />
        <TextField label={users.name} name="name" value={name} onInput={setName} optional={spaces.optional} />
        <TextField
          label={users.email}
          name="email"
          value={email}
          onInput={setEmail}
          optional={spaces.optional}
          maxLength={254}
        />
        <NewPassword value={password} onInput={setPassword} isWrong={isTried && !hasPassword} />
      </DialogForm>
    </Dialog>
  );
}

interface SetProps {
  readonly user: { readonly id: string; readonly userJid: string };
  readonly onClose: () => void;
}

export function SetPassword({ user, onClose }: SetProps) {
  const { users, shell } = useStrings();
  const { objects } = useApp();
  const { busy, run } = useAction();
  const [password, setPassword] = useState("");
  const [isTried, setTried] = useState(false);
  const isLong = password.length >= SHORTEST_PASSWORD;
  const submit = async () => {
    setTried(true);
    if (!isLong) return;
    if (await run(() => objects.update(`users/${user.id}`, { password }), users.passwordSet(user.userJid))) onClose();
  };
  return (
    <Dialog title={users.passwordTitle(user.userJid)} onClose={onClose}>
      <DialogForm
        onSubmit={() => void submit()}
        onCancel={onClose}
        submit={shell.save}
        cancel={shell.cancel}
        busy={busy}
      >
        <NewPassword value={password} onInput={setPassword} isWrong={isTried && !isLong} />
      </DialogForm>
    </Dialog>
  );
}

interface PasswordProps {
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly isWrong: boolean;
}

function NewPassword({ value, onInput, isWrong }: PasswordProps) {
  const { users } = useStrings();
  return (
    <TextField
      label={users.password}
      name="password"
      type="password"
      autoComplete="new-password"
      value={value}
      onInput={onInput}
      hint={users.passwordHint(SHORTEST_PASSWORD)}
      problem={isWrong ? users.passwordShort(SHORTEST_PASSWORD) : undefined}
      maxLength={256}
    />
  );
}
