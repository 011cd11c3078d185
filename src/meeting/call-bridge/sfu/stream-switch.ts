import { distance32 } from "#rtp";
import type { Layer } from "./layer.ts";
import type { Newest, Stream } from "./subscription.ts";
import type { MediaPacket } from "./types.ts";

/** Sender reports that place a frame further than this from its time of arrival are wrong. */
const MAX_MISFIT_S = 1;

/** The stream that goes out from this packet on: its numbers go on where those of the newest packet end. */
export function switchTo(layer: Layer, packet: MediaPacket, newest: Newest | undefined, nowUs: number): Stream {
  if (!newest) return { layer, timestampDelta: 0, pictureIdDelta: 0, tl0PicIdxDelta: 0 };
  return {
    layer,
    timestampDelta: timestampDelta(layer, packet, newest, nowUs),
    pictureIdDelta: newest.pictureId + 1 - (packet.vp8?.pictureId ?? 0),
    tl0PicIdxDelta: newest.tl0PicIdx + 1 - (packet.vp8?.tl0PicIdx ?? 0),
  };
}

/** By the sender's own clock if both layers have sent a report, else by the time between the arrivals. */
function timestampDelta(layer: Layer, packet: MediaPacket, newest: Newest, nowUs: number): number {
  const elapsed = Math.max(1, Math.round(((nowUs - newest.atUs) / 1e6) * layer.clockRate));
  const byArrival = distance32(packet.header.timestamp, newest.timestamp + elapsed);
  const bySender = senderDelta(layer, newest.stream);
  if (bySender === undefined) return byArrival;
  const misfit = distance32(byArrival, bySender);
  const step = distance32(newest.timestamp, packet.header.timestamp + bySender);
  return Math.abs(misfit) < MAX_MISFIT_S * layer.clockRate && step > 0 ? bySender : byArrival;
}

/** What makes the new layer's timestamps mean the same moments as those of the old one that went out. */
function senderDelta(to: Layer, from: Stream): number | undefined {
  const [a, b] = [from.layer.senderTime, to.senderTime];
  if (to === from.layer) return from.timestampDelta;
  if (!a || !b) return undefined;
  const apart = Math.round((b.ntpSeconds - a.ntpSeconds) * to.clockRate);
  return (a.rtpTimestamp + apart - b.rtpTimestamp + from.timestampDelta) | 0;
}
