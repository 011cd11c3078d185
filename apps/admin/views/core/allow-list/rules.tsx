import { Fragment } from "preact";
import { useState } from "preact/hooks";
import type { AllowListAnswer, AllowRuleView } from "../../../model/answers.ts";
import { duration } from "../../../model/format.ts";
import { useApp, useMayChange, useStrings } from "../../context.ts";
import { confirm } from "../../kit/confirm.tsx";
import { IconAction } from "../../kit/controls.tsx";
import { EditIcon, RemoveIcon } from "../../kit/icons.tsx";
import { Badge, Mark } from "../../kit/marks.tsx";
import { Empty } from "../../kit/page.tsx";
import { type Column, Table } from "../../kit/table.tsx";
import { useAction } from "../../kit/use-action.ts";
import { RuleDialog } from "./rule-dialog.tsx";

export function AutomaticTab({ list }: { readonly list: AllowListAnswer }) {
  const { allowList } = useStrings();
  const rules = list.rules.filter(({ origin }) => origin === "automatic");
  return (
    <div class="card section flush">
      <p class="note tab-note">{allowList.automaticNote}</p>
      {rules.length === 0 ? (
        <Empty>{allowList.noneAutomatic}</Empty>
      ) : (
        <RuleTable caption={allowList.tabs.automatic} rules={rules} now={list.now} />
      )}
    </div>
  );
}

interface EditableProps {
  readonly list: AllowListAnswer;
  readonly refresh: () => void;
}

export function EditableTab({ list, refresh }: EditableProps) {
  const { allowList } = useStrings();
  const [open, setOpen] = useState<"new" | AllowRuleView>();
  const mayChange = useMayChange();
  const rules = list.rules.filter(({ origin }) => origin === "editable");
  return (
    <div class="card section flush">
      <div class="toolbar">
        <p class="note">{allowList.editableNote}</p>
        {mayChange && (
          <span class="toolbar-end">
            <button type="button" class="button primary small" onClick={() => setOpen("new")}>
              {allowList.add}
            </button>
          </span>
        )}
      </div>
      {rules.length === 0 ? (
        <Empty>{allowList.noneEditable}</Empty>
      ) : (
        <RuleTable
          caption={allowList.tabs.editable}
          rules={rules}
          now={list.now}
          actions={(rule) => (
            <RuleActions rule={rule} revision={list.revision} onEdit={() => setOpen(rule)} refresh={refresh} />
          )}
        />
      )}
      {open && (
        <RuleDialog
          rule={open === "new" ? undefined : open}
          revision={list.revision}
          onClose={() => setOpen(undefined)}
          onDone={refresh}
        />
      )}
    </div>
  );
}

interface ActionProps {
  readonly rule: AllowRuleView;
  readonly revision: string;
  readonly onEdit: () => void;
  readonly refresh: () => void;
}

function RuleActions({ rule, revision, onEdit, refresh }: ActionProps) {
  const { allowList } = useStrings();
  const { server } = useApp();
  const { run } = useAction();
  if (!useMayChange()) return null;
  const what = rule.description || rule.url;
  const remove = async () => {
    const action = allowList.removeRule(what);
    if (!(await confirm({ title: `${action}?`, text: allowList.removeText, action, isDangerous: true }))) return;
    const path = `/api/allow-list/${encodeURIComponent(rule.id)}?revision=${encodeURIComponent(revision)}`;
    if (await run(() => server.change("DELETE", path), allowList.removed)) refresh();
  };
  return (
    <span class="row-actions">
      <IconAction label={allowList.editRule(what)} icon={<EditIcon />} onClick={onEdit} />
      <IconAction label={allowList.removeRule(what)} icon={<RemoveIcon />} isDangerous onClick={() => void remove()} />
    </span>
  );
}

interface TableProps {
  readonly caption: string;
  readonly rules: readonly AllowRuleView[];
  readonly now: number;
  readonly actions?: (rule: AllowRuleView) => preact.ComponentChildren;
}

/** The guide's columns, then how the rule is used. */
function RuleTable({ caption, rules, now, actions }: TableProps) {
  const { allowList, language, shell } = useStrings();
  const columns: readonly Column[] = [
    { head: allowList.description },
    { head: allowList.host },
    { head: allowList.protocol },
    { head: allowList.port, kind: "number" },
    { head: allowList.match },
    { head: allowList.path },
    { head: allowList.methods },
    { head: allowList.used, kind: "number" },
    ...(actions ? [{ head: allowList.actions, kind: "actions" } as const] : []),
  ];
  return (
    <Table caption={caption} cards columns={columns}>
      {rules.map((rule) => (
        <Fragment key={rule.id}>
          <tr>
            <th scope="row" class="words">
              {rule.description}
              {!rule.enabled && <Badge kind="amber">{allowList.off}</Badge>}
            </th>
            <td>{rule.host}</td>
            <td>{rule.protocol}</td>
            <td class="number">{rule.port}</td>
            <td>{allowList.matches[rule.match]}</td>
            <td class="words">
              <code>{rule.path}</code>
            </td>
            <td class="words methods">{rule.methods.join(", ")}</td>
            <td class="number">
              {rule.allowed.toLocaleString(language)}
              <p class="note">
                {rule.lastUsedAt === undefined ? allowList.never : shell.ago(duration(now - rule.lastUsedAt))}
              </p>
              {rule.nearMisses > 0 && (
                <p class="note" title={allowList.nearHelp}>
                  {allowList.near(rule.nearMisses)}
                </p>
              )}
            </td>
            {actions && <td class="actions">{actions(rule)}</td>}
          </tr>
          {rule.problem && (
            <tr class="details-row">
              <td colSpan={columns.length}>
                <Mark state="waiting">{rule.problem}</Mark>
              </td>
            </tr>
          )}
        </Fragment>
      ))}
    </Table>
  );
}
