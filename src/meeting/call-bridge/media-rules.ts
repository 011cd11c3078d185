import type { Track } from "#conference";
import type { Forwarding } from "#media";
import type { CallLegRules } from "#spaces";

type TrackFacts = Pick<Track, "kind" | "source" | "layers">;

export const ALL_LAYERS: Forwarding = { maxLayer: 2, paused: false };

/** Lines of the shorter side. */
const MAX_LINES: Readonly<Record<CallLegRules["qualityMain"], number>> = {
  unrestricted: Number.POSITIVE_INFINITY,
  max1080p30: 1080,
  max720p30: 720,
  max480p30: 480,
};

export function isPresentation({ source }: Pick<Track, "source">): boolean {
  return source === "screen_share" || source === "screen_share_audio";
}

/** The server silences or hides what the leg sends on this track. */
export function isSilenced(rules: CallLegRules, track: TrackFacts): boolean {
  if (track.kind === "audio") return rules.rxAudioMute;
  return !isPresentation(track) && rules.rxVideoMute;
}

/** What the leg is sent of somebody's track: never more than its rules let it hear and see. */
export function forwardingFor(rules: CallLegRules, track: TrackFacts, wanted: Forwarding): Forwarding {
  if (isWithheld(rules, track)) return { ...wanted, paused: true };
  return { ...wanted, maxLayer: Math.min(wanted.maxLayer, layerCap(rules, track)) };
}

function isWithheld(rules: CallLegRules, track: TrackFacts): boolean {
  if (isPresentation(track) && !rules.presentationViewingAllowed) return true;
  if (track.kind === "audio") return rules.txAudioMute;
  return !isPresentation(track) && rules.txVideoMute;
}

/** The highest layer within qualityMain; the lowest one if all are larger. */
function layerCap(rules: CallLegRules, track: TrackFacts): number {
  const max = MAX_LINES[rules.qualityMain];
  if (track.kind === "audio" || isPresentation(track) || track.layers.length === 0) return ALL_LAYERS.maxLayer;
  const fitting = track.layers.filter(({ width, height }) => Math.min(width, height) <= max);
  return Math.max(0, ...fitting.map(({ quality }) => quality));
}
