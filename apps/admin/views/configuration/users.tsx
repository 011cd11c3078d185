import { useState } from "preact/hooks";
import type { UserList } from "../../model/answers.ts";
import { apiHref } from "../../pages.ts";
import { useApp, useMayChange, useStrings } from "../context.ts";
import { confirm } from "../kit/confirm.tsx";
import { FilterBox, IconAction, Pager } from "../kit/controls.tsx";
import { KeyIcon, RemoveIcon } from "../kit/icons.tsx";
import { FailureNote } from "../kit/loaded.tsx";
import { Empty, Page } from "../kit/page.tsx";
import { Skeleton, Table } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";
import { usePagedList } from "../kit/use-paged-list.ts";
import { CreateUser, SetPassword } from "./user-dialogs.tsx";

type User = UserList["users"][number];

export function UsersPage() {
  const { users } = useStrings();
  const { server } = useApp();
  const [open, setOpen] = useState<"create" | User>();
  const mayChange = useMayChange();
  const list = usePagedList<UserList>((options) => {
    const query = Object.entries(options).filter(([, value]) => value !== "");
    return server.get(`/api/users?${new URLSearchParams(query.map(([name, value]) => [name, String(value)]))}`);
  });
  const create = mayChange && (
    <button type="button" class="button primary" onClick={() => setOpen("create")}>
      {users.create}
    </button>
  );
  return (
    <Page title={users.title} actions={create}>
      <div class="card section flush">
        <div class="toolbar">
          <FilterBox label={users.filter} value={list.filter} onInput={list.setFilter} />
          {list.page && <Pager page={list.page} onOffset={list.setOffset} />}
        </div>
        {list.why && <FailureNote why={list.why} onRetry={list.reload} />}
        {!list.why && !list.list && <Skeleton rows={10} />}
        {list.list && list.list.users.length === 0 && <Empty>{list.filter ? users.noMatch : users.none}</Empty>}
        {list.list && list.list.users.length > 0 && (
          <UserTable list={list.list.users} onPassword={setOpen} onChange={list.reload} />
        )}
      </div>
      {open === "create" && <CreateUser onClose={() => setOpen(undefined)} onCreated={list.reload} />}
      {open && open !== "create" && <SetPassword user={open} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

interface TableProps {
  readonly list: readonly User[];
  readonly onPassword: (user: User) => void;
  readonly onChange: () => void;
}

function UserTable({ list, onPassword, onChange }: TableProps) {
  const { users } = useStrings();
  return (
    <Table
      caption={users.title}
      cards
      columns={[
        { head: users.username },
        { head: users.name },
        { head: users.email, kind: "wide" },
        { head: users.source },
        { head: users.actions, kind: "actions" },
      ]}
    >
      {list.map((user) => (
        <tr key={user.id}>
          <th scope="row" class="words">
            <a href={apiHref(`users/${user.id}`)}>{user.userJid}</a>
          </th>
          <td class="words">{user.name || "–"}</td>
          <td class="wide words">{user.email || "–"}</td>
          <td>{users.sources[user.source] ?? user.source}</td>
          <td class="actions">
            <UserActions user={user} onPassword={onPassword} onChange={onChange} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function UserActions({ user, onPassword, onChange }: Omit<TableProps, "list"> & { readonly user: User }) {
  const { users } = useStrings();
  const { objects } = useApp();
  const { run } = useAction();
  const { userJid, id, source } = user;
  if (!useMayChange() || source === "ldap") return null;
  const remove = async () => {
    const action = users.delete(userJid);
    if (!(await confirm({ title: users.deleteTitle(userJid), text: users.deleteText, action, isDangerous: true })))
      return;
    if (await run(() => objects.remove(`users/${id}`), users.deleted(userJid))) onChange();
  };
  return (
    <span class="row-actions">
      {source === "local" && (
        <IconAction label={users.setPassword(userJid)} icon={<KeyIcon />} onClick={() => onPassword(user)} />
      )}
      <IconAction label={users.delete(userJid)} icon={<RemoveIcon />} isDangerous onClick={() => void remove()} />
    </span>
  );
}
