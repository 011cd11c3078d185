import type { AllocationStatus } from "../../model/answers.ts";
import { hostPort, moment } from "../../model/format.ts";
import { RELAY_USAGE } from "../../pages.ts";
import { useApp, useLive, useMayChange, useStrings } from "../context.ts";
import { confirm } from "../kit/confirm.tsx";
import { Facts } from "../kit/facts.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Empty, Page, Section } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";
import { RelayCounters } from "./relay-counters.tsx";

/** Milliseconds. */
const EVERY = 2000;

/** One relay: its summary, permissions, channels and counters, as behind the guide's View. */
export function RelayPage({ id }: { readonly id: string }) {
  const { edge } = useStrings();
  const words = edge.relays;
  const live = useLive<AllocationStatus>(`/api/turn/relays/${encodeURIComponent(id)}`, EVERY);
  const trail = [{ href: RELAY_USAGE, text: words.title }];
  if (live.state === "failed" && live.why.status === 404)
    return (
      <Page title={words.gone} trail={trail}>
        <div class="card">
          <Empty
            action={
              <a class="button quiet" href={RELAY_USAGE}>
                {words.toList}
              </a>
            }
          >
            {words.goneText}
          </Empty>
        </div>
      </Page>
    );
  const relay = live.state === "known" ? live.value : undefined;
  const title = relay
    ? words.relayTitle(relay.relays.map(({ address, port }) => hostPort(address, port)).join(", "))
    : " ";
  return (
    <Page title={title} trail={trail} actions={relay && <EndButton relay={relay} />}>
      <Loaded live={live}>
        {(one) => (
          <div class="stack">
            <Summary relay={one} />
            <Permissions relay={one} />
            <Channels relay={one} />
            <RelayCounters relay={one} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function EndButton({ relay: { id, client } }: { readonly relay: AllocationStatus }) {
  const { edge } = useStrings();
  const words = edge.relays;
  const app = useApp();
  const { busy, run } = useAction();
  const who = hostPort(client.address, client.port);
  const end = async () => {
    const question = { title: words.endTitle(who), text: words.endText, action: words.end, isDangerous: true };
    if (!(await confirm(question))) return;
    if (await run(() => app.server.change("POST", `/api/turn/relays/${id}/end`), words.ended))
      await app.router.go(RELAY_USAGE);
  };
  if (!useMayChange()) return null;
  return (
    <button type="button" class="button quiet danger-text" disabled={busy} onClick={() => void end()}>
      {words.end}
    </button>
  );
}

function Summary({ relay }: { readonly relay: AllocationStatus }) {
  const { edge } = useStrings();
  const words = edge.relays;
  const { client, transport, role, user, relayTransport, createdAt, expiresAt, idleS } = relay;
  return (
    <Section title={words.facts}>
      <Facts
        facts={[
          [words.client, hostPort(client.address, client.port)],
          [words.protocol, transport.toUpperCase()],
          [words.role, words.roles[role]],
          [words.user, user],
          [words.relayTransport, relayTransport.toUpperCase()],
          [words.created, `${moment(createdAt)} UTC`],
          [words.expires, `${moment(expiresAt)} UTC`],
          [words.idle, idleS !== undefined && `${idleS} s`],
        ]}
      />
    </Section>
  );
}

function Permissions({ relay: { permissions } }: { readonly relay: AllocationStatus }) {
  const { edge } = useStrings();
  const words = edge.relays;
  return (
    <Section title={words.permissions} flush>
      {permissions.length === 0 ? (
        <Empty>{words.nonePermission}</Empty>
      ) : (
        <Table caption={words.permissions} columns={[{ head: words.peer }, { head: words.expires, kind: "number" }]}>
          {permissions.map(({ address, expiresAt }) => (
            <tr key={address}>
              <th scope="row" class="digits fill">
                {address}
              </th>
              <td class="number">{moment(expiresAt)} UTC</td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

function Channels({ relay: { channels } }: { readonly relay: AllocationStatus }) {
  const { edge } = useStrings();
  const words = edge.relays;
  return (
    <Section title={words.channels} flush>
      {channels.length === 0 ? (
        <Empty>{words.noneChannel}</Empty>
      ) : (
        <Table
          caption={words.channels}
          columns={[{ head: words.channel }, { head: words.peer }, { head: words.expires, kind: "number" }]}
        >
          {channels.map(({ number, peer, expiresAt }) => (
            <tr key={number}>
              <th scope="row">
                <code>0x{number.toString(16)}</code>
              </th>
              <td class="digits fill">{hostPort(peer.address, peer.port)}</td>
              <td class="number">{moment(expiresAt)} UTC</td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
