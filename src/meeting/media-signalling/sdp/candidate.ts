import { canonicalAddress } from "#base";

/**
 * The address of a candidate line (RFC 8839 5.1), or undefined if it is no UDP candidate with a literal address: names
 * (mDNS) and TCP candidates cannot be let through a relay.
 */
export function candidateAddress(line: string): string | undefined {
  if (line.length > 1024) return undefined;
  const match = /^(?:a=)?candidate:[^\s]{1,64} \d{1,3} (udp) \d{1,10} ([^\s]{1,64}) \d{1,5} typ [a-z]+/i.exec(line);
  return match ? canonicalAddress(match[2]!) : undefined;
}

/** Reads RTCIceCandidateInit as JSON, as LiveKit's trickle message carries it. */
export function trickledAddress(json: string): string | undefined {
  if (json.length > 4096) return undefined;
  try {
    const init: unknown = JSON.parse(json);
    const candidate = (init as { candidate?: unknown } | null)?.candidate;
    return typeof candidate === "string" ? candidateAddress(candidate) : undefined;
  } catch {
    return undefined;
  }
}
