/** One entry of an RTCStatsReport, as plain data. */
export type StatsEntry = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

export type MediaPath = "direct" | "relay/udp" | "relay/tcp" | "relay/tls" | "unknown";

export interface StreamStats {
  readonly id: string;
  readonly kind: string;
  /** "VP8", "opus"… */
  readonly codec: string;
  readonly bytes: number;
  readonly packets: number;
  readonly packetsLost: number;
  /** Kilobits per second since the summary before; absent in the first. */
  readonly kbps?: number;
  readonly framesDecoded?: number;
  readonly framesEncoded?: number;
  readonly framesPerSecond?: number;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
  readonly freezeCount?: number;
  readonly jitterMs?: number;
  readonly totalAudioEnergy?: number;
  readonly trackIdentifier?: string;
  readonly rid?: string;
}

export interface ConnectionSummary {
  /** Milliseconds, as the browser stamped the statistics. */
  readonly at: number;
  readonly path: MediaPath;
  readonly pair?: { readonly local: string; readonly remote: string };
  readonly roundTripMs?: number;
  readonly encryption?: string;
  readonly outbound: readonly StreamStats[];
  readonly inbound: readonly StreamStats[];
}

/** Sums a report up. `before` is the last summary of the same connection, from which rates are taken. */
export function summarise(entries: readonly StatsEntry[], before?: ConnectionSummary): ConnectionSummary {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const transport = entries.find((entry) => entry.type === "transport");
  const pair = byId.get(text(transport?.selectedCandidatePairId));
  const local = byId.get(text(pair?.localCandidateId));
  const remote = byId.get(text(pair?.remoteCandidateId));
  const roundTrip = number(pair?.currentRoundTripTime);
  const at = number(transport?.timestamp) ?? number(entries[0]?.timestamp) ?? 0;
  const streams = (type: string, old: readonly StreamStats[] | undefined) =>
    entries
      .filter((entry) => entry.type === type)
      .map((entry) => stream(entry, byId, old, before ? at - before.at : 0));
  return {
    at,
    path: pathOf(local),
    ...(local && remote ? { pair: { local: candidate(local), remote: candidate(remote) } } : {}),
    ...(roundTrip === undefined ? {} : { roundTripMs: Math.round(roundTrip * 1000) }),
    ...encryptionOf(transport),
    outbound: streams("outbound-rtp", before?.outbound),
    inbound: streams("inbound-rtp", before?.inbound),
  };
}

function pathOf(local: StatsEntry | undefined): MediaPath {
  if (!local) return "unknown";
  if (local.candidateType !== "relay") return "direct";
  const protocol = text(local.relayProtocol);
  return protocol === "tcp" || protocol === "tls" ? `relay/${protocol}` : "relay/udp";
}

function candidate(entry: StatsEntry): string {
  const address = text(entry.address) || "hidden";
  return `${text(entry.candidateType)} ${text(entry.protocol)} ${address}:${number(entry.port) ?? 0}`;
}

function encryptionOf(transport: StatsEntry | undefined): { encryption?: string } {
  const parts = [text(transport?.dtlsCipher), text(transport?.srtpCipher)].filter(Boolean);
  return parts.length > 0 ? { encryption: parts.join(", ") } : {};
}

/** Fields that are passed on under their own name when the browser gives them. */
const PASSED_ON = [
  "framesDecoded",
  "framesEncoded",
  "framesPerSecond",
  "frameWidth",
  "frameHeight",
  "freezeCount",
  "totalAudioEnergy",
] as const;

function stream(
  entry: StatsEntry,
  byId: ReadonlyMap<string, StatsEntry>,
  before: readonly StreamStats[] | undefined,
  elapsedMs: number,
): StreamStats {
  const bytes = number(entry.bytesReceived) ?? number(entry.bytesSent) ?? 0;
  const old = before?.find(({ id }) => id === entry.id);
  const jitter = number(entry.jitter);
  return {
    id: entry.id,
    kind: text(entry.kind),
    codec: text(byId.get(text(entry.codecId))?.mimeType).replace(/^\w+\//, ""),
    bytes,
    packets: number(entry.packetsReceived) ?? number(entry.packetsSent) ?? 0,
    packetsLost: number(entry.packetsLost) ?? number(byId.get(text(entry.remoteId))?.packetsLost) ?? 0,
    ...(old && elapsedMs > 0 ? { kbps: Math.max(0, Math.round(((bytes - old.bytes) * 8) / elapsedMs)) } : {}),
    ...Object.fromEntries(PASSED_ON.flatMap((key) => (number(entry[key]) === undefined ? [] : [[key, entry[key]]]))),
    ...(jitter === undefined ? {} : { jitterMs: Math.round(jitter * 1000) }),
    ...(text(entry.trackIdentifier) ? { trackIdentifier: text(entry.trackIdentifier) } : {}),
    ...(text(entry.rid) ? { rid: text(entry.rid) } : {}),
  };
}

/** Sum of the rates of some streams in kilobits per second; undefined before there are two summaries. */
export function totalKbps(streams: readonly StreamStats[]): number | undefined {
  const rates = streams.flatMap(({ kbps }) => (kbps === undefined ? [] : [kbps]));
  return rates.length === 0 ? undefined : rates.reduce((sum, rate) => sum + rate, 0);
}

/** Share of packets lost on the way in, in percent, between two summaries. */
export function lossPercent(now: ConnectionSummary, before: ConnectionSummary | undefined): number {
  const sum = (summary: ConnectionSummary | undefined, key: "packets" | "packetsLost") =>
    (summary?.inbound ?? []).reduce((total, stream) => total + stream[key], 0);
  const lost = sum(now, "packetsLost") - sum(before, "packetsLost");
  const received = sum(now, "packets") - sum(before, "packets");
  return lost <= 0 || received + lost <= 0 ? 0 : (100 * lost) / (lost + received);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
