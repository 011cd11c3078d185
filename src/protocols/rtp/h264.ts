/** NAL unit types (RFC 6184 5.2, H.264 table 7-1). */
const IDR = 5;
const SPS = 7;
const STAP_A = 24;
const FU_A = 28;

/** True for a packet with which a decoder can begin: it holds a sequence parameter set or the start of an IDR slice. */
export function startsH264Keyframe(packet: Buffer, start: number, end: number): boolean {
  if (start >= end || end > packet.length) return false;
  const type = packet[start]! & 0x1f;
  if (type === STAP_A) return aggregateHasKeyframe(packet, start + 1, end);
  if (type !== FU_A) return isKey(type);
  const fragment = start + 1 < end ? packet[start + 1]! : 0;
  return (fragment & 0x80) !== 0 && isKey(fragment & 0x1f);
}

function aggregateHasKeyframe(packet: Buffer, start: number, end: number): boolean {
  for (let at = start; at + 2 < end; at += 2 + packet.readUInt16BE(at)) if (isKey(packet[at + 2]! & 0x1f)) return true;
  return false;
}

function isKey(type: number): boolean {
  return type === SPS || type === IDR;
}
