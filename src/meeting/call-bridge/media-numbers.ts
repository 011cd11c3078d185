import { type Log, type Scope, textOf } from "#base";
import type { LegStats, MediaPool, PoolWorkerStats, StreamStats } from "#media";
import type { Call } from "./call.ts";
import type { CallTotals, LegMediaView, StreamView } from "./control-contract.ts";
import { findTrack } from "./enforcement.ts";
import { isPresentation } from "./media-rules.ts";

const EVERY_MS = 2000;

type BitRates = Omit<CallTotals, "callLegsActive" | "callLegsMaxActive" | "callLegsCompleted">;

/** What the media workers counted, at most two seconds old. */
export class MediaNumbers {
  readonly #legs = new Map<string, LegStats>();
  #workers: readonly PoolWorkerStats[] = [];
  #asking = false;

  constructor(scope: Scope, pool: MediaPool, log: Log) {
    scope.every(EVERY_MS, () => void this.#ask(pool, log));
  }

  ofLeg(call: Call, sid: string): LegMediaView | undefined {
    const stats = this.#legs.get(sid);
    if (!stats) return undefined;
    const views = (streams: readonly StreamStats[]) => streams.map((stream) => streamView(call, stream));
    const { roundTripTimeMs, estimate } = stats;
    return { rx: views(stats.rx), tx: views(stats.tx), roundTripTimeMs, estimate };
  }

  totals(): BitRates {
    const legs = [...this.#legs.values()];
    const sum = (streams: readonly StreamStats[], wanted: "audio" | "video") =>
      streams.filter(({ kind }) => kind === wanted).reduce((total, { bitRate }) => total + bitRate, 0);
    const rx = legs.flatMap((leg) => leg.rx);
    const tx = legs.flatMap((leg) => leg.tx);
    const loads = this.#workers.flatMap(({ stats }) => (stats ? [stats.cpuPercent] : []));
    const load = loads.reduce((total, one) => total + one, 0) / Math.max(1, loads.length);
    return {
      audioBitRateOutgoing: Math.round(sum(tx, "audio")),
      audioBitRateIncoming: Math.round(sum(rx, "audio")),
      videoBitRateOutgoing: Math.round(sum(tx, "video")),
      videoBitRateIncoming: Math.round(sum(rx, "video")),
      mediaProcessingLoad: Math.min(100, Math.round(load)),
    };
  }

  async #ask(pool: MediaPool, log: Log): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      this.#workers = await pool.stats();
      this.#legs.clear();
      for (const { stats } of this.#workers) for (const leg of stats?.legs ?? []) this.#legs.set(leg.legId, leg);
    } catch (error) {
      log.warn("media workers gave no numbers", { why: textOf(error) });
    } finally {
      this.#asking = false;
    }
  }
}

function streamView(call: Call, stream: StreamStats): StreamView {
  const { kind, mimeType = "", bitRate, packetLossPercentage, jitterMs, width, height, frameRate } = stream;
  const track = findTrack(call, stream.sourceId);
  return {
    kind,
    role: track && isPresentation(track) ? "presentation" : "main",
    codec: mimeType.slice(mimeType.indexOf("/") + 1).toLowerCase(),
    bitRate,
    packetLossPercentage,
    jitterMs,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(frameRate === undefined ? {} : { frameRate }),
  };
}
