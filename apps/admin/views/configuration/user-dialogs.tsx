import { useState } from "preact/hooks";
import { useApp, useStrings } from "../context.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { TextField } from "../kit/inputs.tsx";

/** As the API asks for. */
const SHORTEST_PASSWORD = 8;

export function CreateUser({ onClose, onCreated }: { readonly onClose: () => void; readonly onCreated: () => void }) {
  const { users, spaces, shell } = useStrings();
  const { objects } = useApp();
  const [userJid, setUserJid] = useState("");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const hasJid = /^[^\s@]+@[^\s@]+$/.test(userJid.trim());
  const hasPassword = password.length >= SHORTEST_PASSWORD;
  const create = () => {
    const more = { ...(name.trim() ? { name: name.trim() } : {}), ...(email.trim() ? { email: email.trim() } : {}) };
    return objects.create("users", { userJid: userJid.trim(), ...more, password });
  };
  return (
    <FormDialog
      title={users.createTitle}
      submit={shell.create}
      onClose={onClose}
      isReady={hasJid && hasPassword}
      act={create}
      done={users.created(userJid.trim())}
      onDone={onCreated}
    >
      {(isTried) => (
        <>
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
        </>
      )}
    </FormDialog>
  );
}

interface SetProps {
  readonly user: { readonly id: string; readonly userJid: string };
  readonly onClose: () => void;
}

export function SetPassword({ user, onClose }: SetProps) {
  const { users, shell } = useStrings();
  const { objects } = useApp();
  const [password, setPassword] = useState("");
  const isLong = password.length >= SHORTEST_PASSWORD;
  return (
    <FormDialog
      title={users.passwordTitle(user.userJid)}
      submit={shell.save}
      onClose={onClose}
      isReady={isLong}
      act={() => objects.update(`users/${user.id}`, { password })}
      done={users.passwordSet(user.userJid)}
    >
      {(isTried) => <NewPassword value={password} onInput={setPassword} isWrong={isTried && !isLong} />}
    </FormDialog>
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
