import { useState } from "preact/hooks";
import { groupDigits } from "../../model/format.ts";
import { apiHref } from "../../pages.ts";
import type { ApiList } from "../../server/objects.ts";
import { useApp, useMayChange, useStrings } from "../context.ts";
import { confirm } from "../kit/confirm.tsx";
import { IconAction } from "../kit/controls.tsx";
import { FormDialog } from "../kit/form-dialog.tsx";
import { RemoveIcon } from "../kit/icons.tsx";
import { TextField } from "../kit/inputs.tsx";
import { FailureNote } from "../kit/loaded.tsx";
import { Empty, Section } from "../kit/page.tsx";
import { Skeleton, Table } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";
import { usePagedList } from "../kit/use-paged-list.ts";
import { ProfileField, useProfileNames } from "./profiles.tsx";

export function AccessMethods({ path, onChange }: { readonly path: string; readonly onChange: () => void }) {
  const { accessMethods } = useStrings();
  const { objects } = useApp();
  const [isAdding, setAdding] = useState(false);
  const noun = { name: "accessMethod", plural: "accessMethods" };
  const methods = usePagedList((options) => objects.list(noun, `${path}/accessMethods`, options), path);
  const changed = () => {
    methods.reload();
    onChange();
  };
  const add = useMayChange() && (
    <button type="button" class="button quiet small" onClick={() => setAdding(true)}>
      {accessMethods.add}
    </button>
  );
  return (
    <Section title={accessMethods.title} flush actions={add}>
      {methods.why && <FailureNote why={methods.why} onRetry={methods.reload} />}
      {!methods.why && !methods.list && <Skeleton rows={2} />}
      {methods.list?.objects.length === 0 && <Empty>{accessMethods.none}</Empty>}
      {methods.list && methods.list.objects.length > 0 && (
        <MethodTable path={path} list={methods.list} onChange={changed} />
      )}
      {isAdding && <AddMethod path={path} onClose={() => setAdding(false)} onAdded={changed} />}
    </Section>
  );
}

interface TableProps {
  readonly path: string;
  readonly list: ApiList;
  readonly onChange: () => void;
}

function MethodTable({ path, list, onChange }: TableProps) {
  const { accessMethods, spaces, calls } = useStrings();
  const { objects } = useApp();
  const { run } = useAction();
  const mayChange = useMayChange();
  const profiles = useProfileNames();
  const remove = (id: string, name: string) => async () => {
    const action = accessMethods.remove(name);
    if (!(await confirm({ title: `${action}?`, text: accessMethods.removeText, action, isDangerous: true }))) return;
    if (await run(() => objects.remove(`${path}/accessMethods/${id}`), accessMethods.removed(name))) onChange();
  };
  return (
    <Table
      caption={accessMethods.title}
      cards
      columns={[
        { head: accessMethods.name },
        { head: spaces.meetingId },
        { head: spaces.passcode },
        { head: accessMethods.profile, kind: "wide" },
        { head: calls.actions, kind: "actions" },
      ]}
    >
      {list.objects.map(({ id, values }) => {
        const name = String(values.name || accessMethods.unnamed);
        const profile = values.callLegProfile;
        return (
          <tr key={id}>
            <th scope="row" class="words">
              <a href={apiHref(`${path}/accessMethods/${id}`)}>{name}</a>
            </th>
            <td class="digits">{values.callId ? groupDigits(String(values.callId)) : "–"}</td>
            <td class="digits">{String(values.passcode || "–")}</td>
            <td class="wide">{profile ? (profiles.get(String(profile)) ?? String(profile)) : "–"}</td>
            <td class="actions">
              {mayChange && (
                <IconAction
                  label={accessMethods.remove(name)}
                  icon={<RemoveIcon />}
                  isDangerous
                  onClick={() => void remove(id, name)()}
                />
              )}
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

interface AddProps {
  readonly path: string;
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

function AddMethod({ path, onClose, onAdded }: AddProps) {
  const { accessMethods, spaces, shell } = useStrings();
  const { server } = useApp();
  const [name, setName] = useState("");
  const [passcode, setPasscode] = useState("");
  const [profile, setProfile] = useState("");
  const [callId, setCallId] = useState("");
  const create = () => {
    const values = {
      name: name.trim(),
      ...(callId.trim() ? { callId: callId.replace(/\s/g, "") } : {}),
      ...(passcode ? { passcode } : {}),
      ...(profile ? { callLegProfile: profile } : {}),
    };
    return server.change("POST", `/api/spaces/${path.split("/")[1]}/access-methods`, values);
  };
  return (
    <FormDialog
      title={accessMethods.add}
      submit={shell.create}
      onClose={onClose}
      isReady={name.trim() !== ""}
      act={create}
      done={accessMethods.added(name.trim())}
      onDone={onAdded}
    >
      {(isTried) => (
        <>
          <TextField
            label={accessMethods.name}
            name="name"
            value={name}
            onInput={setName}
            problem={isTried && !name.trim() ? spaces.nameMissing : undefined}
          />
          <TextField
            label={spaces.meetingId}
            name="callId"
            value={callId}
            onInput={setCallId}
            optional={spaces.optional}
            hint={spaces.meetingIdHint}
            maxLength={30}
          />
          <TextField
            label={accessMethods.passcode}
            name="passcode"
            value={passcode}
            onInput={setPasscode}
            optional={spaces.optional}
            maxLength={100}
          />
          <ProfileField label={accessMethods.profile} value={profile} onChange={setProfile} />
        </>
      )}
    </FormDialog>
  );
}
