import type { AllowListAnswer, RefusalView } from "../../../model/answers.ts";
import { duration } from "../../../model/format.ts";
import { useStrings } from "../../context.ts";
import { Empty } from "../../kit/page.tsx";
import { Table } from "../../kit/table.tsx";

/** The last requests that no rule allowed. */
export function RefusalsTab({ list: { refusals, now } }: { readonly list: AllowListAnswer }) {
  const { allowList, shell } = useStrings();
  const words = allowList.refusals;
  if (refusals.length === 0)
    return (
      <div class="card section flush">
        <Empty>{words.none}</Empty>
      </div>
    );
  return (
    <div class="card section flush">
      <Table
        caption={allowList.tabs.refusals}
        cards
        columns={[
          { head: words.at },
          { head: words.request },
          { head: words.reason },
          { head: words.source },
          { head: words.trace, kind: "wide" },
        ]}
      >
        {refusals.map((refusal) => (
          <tr key={`${refusal.at} ${refusal.traceId}`}>
            <td class="digits">{shell.ago(duration(now - refusal.at))}</td>
            <th scope="row" class="words">
              <Request refusal={refusal} />
            </th>
            <td class="words">
              {refusal.reason}
              {refusal.nearest && <p class="note">{words.nearest(refusal.nearest)}</p>}
            </td>
            <td class="digits">{refusal.source}</td>
            <td class="wide">
              <code>{refusal.traceId.slice(0, 8)}</code>
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function Request({ refusal: { method, url, count } }: { readonly refusal: RefusalView }) {
  const { allowList } = useStrings();
  const query = new URLSearchParams({ tab: "explain", method, url });
  return (
    <>
      <a href={`/configuration/allow-list?${query}`} title={allowList.explain.again}>
        <code>
          {method} {url}
        </code>
      </a>
      {count > 1 && <p class="note">{allowList.refusals.times(count)}</p>}
    </>
  );
}
