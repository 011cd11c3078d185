import type { RelayRow } from "../../model/answers.ts";
import { RELAY_USAGE } from "../../pages.ts";
import { useLive, useStrings } from "../context.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Empty, Page } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";

/** Milliseconds. */
const EVERY = 3000;
/** Media destinations told in a row; the rest stand on the relay's page. */
const TOLD = 3;

/** Status > TURN relay usage, with the guide's columns. */
export function RelayUsagePage() {
  const { edge } = useStrings();
  const words = edge.relays;
  const live = useLive<readonly RelayRow[]>("/api/turn/relays", EVERY);
  return (
    <Page title={words.title} sub={live.state === "known" ? words.summary(live.value.length) : words.sub}>
      <Loaded live={live}>
        {(rows) => (
          <div class="card section flush">{rows.length === 0 ? <Empty>{words.none}</Empty> : <Rows rows={rows} />}</div>
        )}
      </Loaded>
    </Page>
  );
}

function Rows({ rows }: { readonly rows: readonly RelayRow[] }) {
  const { edge } = useStrings();
  const words = edge.relays;
  return (
    <Table
      caption={words.title}
      cards
      columns={[
        { head: words.client },
        { head: words.destinations },
        { head: words.protocol },
        { head: words.relays },
        { head: words.role },
        { head: words.view, kind: "actions" },
      ]}
    >
      {rows.map((row) => (
        <tr key={row.id}>
          <th scope="row" class="digits">
            {row.client}
          </th>
          <td class="words digits fill">
            {row.mediaDestinations.slice(0, TOLD).join(", ") || "–"}
            {row.mediaDestinations.length > TOLD && (
              <p class="note">{words.moreDestinations(row.mediaDestinations.length - TOLD)}</p>
            )}
          </td>
          <td>{row.protocol.toUpperCase()}</td>
          <td class="digits">{row.relays.join(", ")}</td>
          <td>{words.roles[row.role]}</td>
          <td class="actions">
            <a class="button quiet small" href={`${RELAY_USAGE}/${row.id}`} aria-label={words.viewHeard(row.client)}>
              {words.view}
            </a>
          </td>
        </tr>
      ))}
    </Table>
  );
}
