import type { LinkReport, WebBridgeList } from "../../model/answers.ts";
import { duration } from "../../model/format.ts";
import { apiHref } from "../../pages.ts";
import { useLive, useMayChange, useStrings } from "../context.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Mark } from "../kit/marks.tsx";
import { Empty, Page } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";

/** Milliseconds. */
const EVERY = 3000;

export function WebBridgesPage() {
  const { webBridges } = useStrings();
  const live = useLive<WebBridgeList>("/api/web-bridges", EVERY);
  const create = useMayChange() && (
    <a class="button primary" href={apiHref("webBridges/new")}>
      {webBridges.create}
    </a>
  );
  return (
    <Page title={webBridges.title} sub={webBridges.sub} actions={create}>
      <Loaded live={live}>
        {(list) => (
          <div class="card section flush">
            {list.webBridges.length === 0 ? (
              <Empty>{webBridges.none}</Empty>
            ) : (
              <Table
                caption={webBridges.title}
                cards
                columns={[
                  { head: webBridges.url },
                  { head: webBridges.link },
                  { head: webBridges.actions, kind: "actions" },
                ]}
              >
                {list.webBridges.map(({ id, url, link }) => (
                  <tr key={id}>
                    <th scope="row" class="words">
                      {url}
                    </th>
                    <td class="words">
                      <LinkState link={link} now={list.now} />
                    </td>
                    <td class="actions">
                      <a
                        class="button quiet small"
                        href={apiHref(`webBridges/${id}`)}
                        aria-label={`${webBridges.edit} ${url}`}
                      >
                        {webBridges.edit}
                      </a>
                    </td>
                  </tr>
                ))}
              </Table>
            )}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function LinkState({ link, now }: { readonly link: LinkReport | undefined; readonly now: number }) {
  const { webBridges, general } = useStrings();
  if (!link) return <Mark state="off">{webBridges.unused}</Mark>;
  const { status } = link;
  switch (status.state) {
    case "connected":
      return <Mark state="good">{general.linkUp(duration(now - status.since))}</Mark>;
    case "connecting":
      return <Mark state="waiting">{general.linkDialling(status.attempt)}</Mark>;
    case "failed":
      return (
        <>
          <Mark state="bad">{status.detail}</Mark>
          <p>{status.remedy}</p>
          <p class="note">
            <code>{status.code}</code> · {general.linkNext(Math.max(0, Math.ceil((status.nextTryAt - now) / 1000)))}
          </p>
        </>
      );
  }
}
