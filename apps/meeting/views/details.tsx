import { useState } from "preact/hooks";
import type { Snapshot } from "../call/diagnostics.ts";
import type { Meeting } from "../model/meeting.ts";
import { type MediaPath, type StreamStats, totalKbps } from "../model/stats.ts";
import type { Strings } from "../strings/index.ts";
import { useStrings } from "./strings.ts";

interface Props {
  readonly meeting: Meeting;
  readonly diagnostics: () => Snapshot;
}

/** How this connection goes, for the curious and for support. */
export function ConnectionDetails({ meeting, diagnostics }: Props) {
  const strings = useStrings();
  const text = strings.details;
  const [copied, setCopied] = useState(false);
  const details = meeting.details.value;
  const took = meeting.join.steps.reduce((sum, step) => sum + (step.took ?? 0), 0);
  const rows: [label: string, value: string | undefined][] = [
    [text.path, pathName(details?.path ?? "unknown", strings)],
    [text.roundTrip, details?.roundTripMs === undefined ? undefined : `${details.roundTripMs} ms`],
    [text.sending, rate(totalKbps(details?.outbound ?? []), strings)],
    [text.receiving, rate(totalKbps(details?.inbound ?? []), strings)],
    ...moving(details?.outbound).map((stream) => streamRow(stream, text.out, strings)),
    ...moving(details?.inbound).map((stream) => streamRow(stream, text.in, strings)),
    [text.encryption, details?.encryption?.split(", ").at(-1)?.replaceAll("_", " ")],
    [text.joinTime, `${(took / 1000).toLocaleString(strings.language, { maximumFractionDigits: 2 })} s`],
    [text.trace, meeting.join.traceId],
  ];
  const copy = () =>
    void navigator.clipboard?.writeText(JSON.stringify(diagnostics(), null, 2)).then(
      () => setCopied(true),
      () => {},
    );
  return (
    <>
      <dl class="facts" data-path={details?.path}>
        {rows.map(([label, value], index) =>
          value ? (
            <div key={`${label}${index}`}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <button type="button" class="button quiet" onClick={copy}>
        {copied ? text.copied : text.copy}
      </button>
    </>
  );
}

/** Sound before pictures, large before small; a layer or a placeholder that carries nothing is no news. */
function moving(streams: readonly StreamStats[] = []): readonly StreamStats[] {
  return streams
    .filter((stream) => stream.packets > 0 && stream.kbps !== 0)
    .sort((a, b) => a.kind.localeCompare(b.kind) || (b.frameWidth ?? 0) - (a.frameWidth ?? 0));
}

function streamRow(stream: StreamStats, direction: string, { details }: Strings): [string, string] {
  const kind = stream.kind === "video" ? details.video : details.audio;
  const size = stream.frameWidth ? `${stream.frameWidth}×${stream.frameHeight}` : "";
  const fps = stream.framesPerSecond ? `${Math.round(stream.framesPerSecond)}/s` : "";
  const bits = stream.kbps === undefined ? "" : `${stream.kbps} kbit/s`;
  return [`${kind}, ${direction}`, [stream.codec, size, fps, bits].filter(Boolean).join(" · ")];
}

function pathName(path: MediaPath, { details }: Strings): string {
  if (path === "unknown") return details.unknown;
  return path === "direct" ? details.direct : `${details.relay} (${path.slice("relay/".length).toUpperCase()})`;
}

function rate(kbps: number | undefined, { language }: Strings): string | undefined {
  if (kbps === undefined) return undefined;
  return kbps < 1000
    ? `${kbps} kbit/s`
    : `${(kbps / 1000).toLocaleString(language, { maximumFractionDigits: 1 })} Mbit/s`;
}
