import type { CallLegView, ParticipantView, StreamView } from "../../model/answers.ts";
import { bitRate, milliseconds, percent, utc } from "../../model/format.ts";
import { apiHref } from "../../pages.ts";
import { useStrings } from "../context.ts";
import { Table } from "../kit/table.tsx";

export function LegDetails({ participant, leg }: { readonly participant: ParticipantView; readonly leg: CallLegView }) {
  const { calls } = useStrings();
  const joined = utc(participant.joinedAt);
  const estimate = leg.media?.estimate;
  const facts: readonly (readonly [string, preact.ComponentChildren])[] = [
    [calls.address, `${leg.address}, ${calls.via[leg.via]}`],
    ...(leg.path ? [[calls.peer, leg.path.peer] as const] : []),
    ...(estimate === undefined ? [] : [[calls.estimate, bitRate(estimate)] as const]),
    [calls.client, leg.client],
    [calls.identity, participant.uri],
    [calls.joined, `${joined.date} ${joined.time.slice(0, 8)} UTC`],
    [calls.callLeg, <code key="leg">{leg.id}</code>],
    ...(leg.trace.length > 0 ? [[calls.profile, <Trace key="trace" leg={leg} />] as const] : []),
  ];
  return (
    <div class="leg-details">
      <dl class="facts-row">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Streams leg={leg} />
    </div>
  );
}

function Trace({ leg: { trace } }: { readonly leg: CallLegView }) {
  return (
    <>
      {trace.map(({ scope, profileId }, i) => (
        <span key={scope}>
          {i > 0 && " › "}
          {profileId ? <a href={apiHref(`callLegProfiles/${profileId}`)}>{scope}</a> : scope}
        </span>
      ))}
    </>
  );
}

function Streams({ leg: { media } }: { readonly leg: CallLegView }) {
  const { calls } = useStrings();
  const rows = [
    ...(media?.rx ?? []).map((stream) => ({ stream, direction: calls.fromThem })),
    ...(media?.tx ?? []).map((stream) => ({ stream, direction: calls.toThem })),
  ];
  if (rows.length === 0) return <p class="note">{calls.noStreams}</p>;
  return (
    <Table
      caption={calls.streams}
      cards
      columns={[
        { head: calls.direction },
        { head: calls.kind },
        { head: calls.codec },
        { head: calls.picture },
        { head: calls.rate, kind: "number" },
        { head: calls.loss, kind: "number" },
        { head: calls.jitter, kind: "number" },
      ]}
    >
      {rows.map(({ stream, direction }, i) => (
        <tr key={i}>
          <td>{direction}</td>
          <td>{calls.stream(stream.role, stream.kind)}</td>
          <td>{stream.codec}</td>
          <td class="digits">{picture(stream)}</td>
          <td class="number">{bitRate(stream.bitRate)}</td>
          <td class="number">{percent(stream.packetLossPercentage)}</td>
          <td class="number">{milliseconds(stream.jitterMs)}</td>
        </tr>
      ))}
    </Table>
  );
}

function picture({ width, height, frameRate }: StreamView): string {
  if (!width || !height) return "–";
  return `${width} × ${height}${frameRate ? `, ${Math.round(frameRate)} fps` : ""}`;
}
