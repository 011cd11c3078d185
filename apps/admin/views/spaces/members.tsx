import { useState } from "preact/hooks";
import { apiHref } from "../../pages.ts";
import type { ApiList } from "../../server/objects.ts";
import { useApp, useMayChange, useStrings } from "../context.ts";
import { confirm } from "../kit/confirm.tsx";
import { IconAction, Pager } from "../kit/controls.tsx";
import { FormDialog } from "../kit/form-dialog.tsx";
import { RemoveIcon } from "../kit/icons.tsx";
import { TextField } from "../kit/inputs.tsx";
import { FailureNote } from "../kit/loaded.tsx";
import { Empty, Section } from "../kit/page.tsx";
import { Skeleton, Table } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";
import { usePagedList } from "../kit/use-paged-list.ts";

export function Members({ path }: { readonly path: string }) {
  const { spaces } = useStrings();
  const { objects } = useApp();
  const [isAdding, setAdding] = useState(false);
  const noun = { name: "coSpaceUser", plural: "coSpaceUsers" };
  const members = usePagedList((options) => objects.list(noun, `${path}/coSpaceUsers`, options), path);
  const add = useMayChange() && (
    <button type="button" class="button quiet small" onClick={() => setAdding(true)}>
      {spaces.addMember}
    </button>
  );
  return (
    <Section title={spaces.members} flush actions={add}>
      {members.why && <FailureNote why={members.why} onRetry={members.reload} />}
      {!members.why && !members.list && <Skeleton rows={2} />}
      {members.list?.total === 0 && <Empty>{spaces.noMembers}</Empty>}
      {members.list && members.list.total > 0 && (
        <MemberTable path={path} list={members.list} onChange={members.reload} />
      )}
      {members.page && members.page.total > members.page.size && (
        <div class="toolbar">
          <Pager page={members.page} onOffset={members.setOffset} />
        </div>
      )}
      {isAdding && <AddMember path={path} onClose={() => setAdding(false)} onAdded={members.reload} />}
    </Section>
  );
}

interface TableProps {
  readonly path: string;
  readonly list: ApiList;
  readonly onChange: () => void;
}

function MemberTable({ path, list, onChange }: TableProps) {
  const { spaces, calls, shell } = useStrings();
  const { objects } = useApp();
  const { run } = useAction();
  const mayChange = useMayChange();
  const remove = (id: string, jid: string) => async () => {
    const action = spaces.removeMember(jid);
    if (!(await confirm({ title: `${action}?`, text: spaces.removeMemberText, action, isDangerous: true }))) return;
    if (await run(() => objects.remove(`${path}/coSpaceUsers/${id}`), spaces.memberRemoved(jid))) onChange();
  };
  return (
    <Table
      caption={spaces.members}
      columns={[
        { head: spaces.member },
        { head: shell.edit, kind: "actions" },
        { head: calls.actions, kind: "actions" },
      ]}
    >
      {list.objects.map(({ id, values }) => {
        const jid = String(values.userJid ?? id);
        return (
          <tr key={id}>
            <th scope="row" class="words">
              {jid}
            </th>
            <td class="actions">
              <a
                class="text-link"
                href={apiHref(`${path}/coSpaceUsers/${id}`)}
                aria-label={`${spaces.rightsOf} ${jid}`}
              >
                {spaces.rightsOf}
              </a>
            </td>
            <td class="actions">
              {mayChange && (
                <IconAction
                  label={spaces.removeMember(jid)}
                  icon={<RemoveIcon />}
                  isDangerous
                  onClick={() => void remove(id, jid)()}
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

function AddMember({ path, onClose, onAdded }: AddProps) {
  const { spaces } = useStrings();
  const { objects } = useApp();
  const [jid, setJid] = useState("");
  const [rights, setRights] = useState<ReadonlySet<string>>(new Set());
  const add = () => {
    const chosen = Object.keys(spaces.rights).map((right) => [right, String(rights.has(right))] as const);
    const values = { userJid: jid.trim(), ...Object.fromEntries(chosen) };
    return objects.create(`${path}/coSpaceUsers`, values);
  };
  const toggle = (right: string) =>
    setRights(new Set([...rights].filter((one) => one !== right).concat(rights.has(right) ? [] : [right])));
  return (
    <FormDialog
      title={spaces.addMemberTitle}
      submit={spaces.addMember}
      onClose={onClose}
      isReady={jid.trim() !== ""}
      act={add}
      done={spaces.memberAdded(jid.trim())}
      onDone={onAdded}
    >
      {(isTried) => (
        <>
          <TextField
            label={spaces.member}
            name="userJid"
            value={jid}
            onInput={setJid}
            hint={spaces.memberHint}
            problem={isTried && !jid.trim() ? spaces.memberMissing : undefined}
            maxLength={254}
          />
          <fieldset class="checks">
            <legend>{spaces.mayDo}</legend>
            {Object.entries(spaces.rights).map(([right, words]) => (
              <label key={right}>
                <input type="checkbox" checked={rights.has(right)} onChange={() => toggle(right)} />
                <span>{words}</span>
              </label>
            ))}
          </fieldset>
        </>
      )}
    </FormDialog>
  );
}
