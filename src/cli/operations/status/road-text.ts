import type { Paint, Tone } from "#terminal";

/** What lies between two stations, as this role sees it. `unseen`: another role would know. */
export interface Hop {
  readonly state: "up" | "down" | "unseen" | "off";
  /** A tunnel is drawn with a double line. */
  readonly tunnel?: boolean;
}

/** "guest ----- edge ==x== core . . . Web Bridge" */
export function roadText(stations: readonly string[], hops: readonly Hop[], paint: Paint): string {
  return stations.flatMap((station, i) => (i === 0 ? [station] : [drawn(hops[i - 1]!, paint), station])).join(" ");
}

function drawn({ state, tunnel = false }: Hop, paint: Paint): string {
  const line = tunnel ? "=" : "-";
  const pictures = { up: line.repeat(5), down: `${line}${line}x${line}${line}`, unseen: ". . .", off: " off " };
  return paint(TONES[state], pictures[state]);
}

const TONES: Readonly<Record<Hop["state"], Tone>> = { up: "good", down: "bad", unseen: "dim", off: "warn" };

/** The way of a guest's request, as edge and core draw it. */
export const GUEST_ROAD: readonly string[] = ["guest", "edge", "core", "Web Bridge"];
