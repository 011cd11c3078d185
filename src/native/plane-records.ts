import type { TransportAddress } from "#base";
import { addon } from "./addon.ts";

/** UpHead of up_ring.h. */
const HEAD = 56;
const AT = { payload: 4, id: 8, lane: 12, kind: 14, local: 16, remote: 36 } as const;
/** Address of address.h: 16 bytes, port, 4 or 6. */
const PORT = 16;
const FAMILY = 18;

const KINDS = [undefined, "packet", "frame", "in", "out", "inside", "challenged", "unanswered"] as const;

/** What the lanes tell. `id` names a listener, or for frames and packets of relays a relay. */
export type UpRecord =
  | {
      readonly kind: "packet";
      readonly id: number;
      readonly lane: number;
      readonly remote: TransportAddress;
      readonly payload: Buffer;
    }
  | { readonly kind: "challenge"; readonly answered: boolean; readonly remote: TransportAddress }
  | { readonly kind: "frame"; readonly id: number; readonly payload: Buffer }
  | {
      readonly kind: "in" | "out" | "inside";
      readonly local: TransportAddress;
      readonly remote: TransportAddress;
      readonly payload: Buffer;
    };

/** Calls `onRecord` for each record; payloads are part of `bytes`. */
export function readRecords(bytes: Buffer, onRecord: (record: UpRecord) => void): void {
  for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at)) {
    const payload = bytes.subarray(at + HEAD, at + HEAD + bytes.readUInt32LE(at + AT.payload));
    const id = bytes.readUInt32LE(at + AT.id);
    const kind = KINDS[bytes[at + AT.kind]!]!;
    if (kind === "frame") onRecord({ kind, id, payload });
    else if (kind === "packet")
      onRecord({ kind, id, lane: bytes.readUInt16LE(at + AT.lane), remote: addressAt(bytes, at + AT.remote), payload });
    else if (kind === "challenged" || kind === "unanswered")
      onRecord({ kind: "challenge", answered: kind === "challenged", remote: addressAt(bytes, at + AT.remote) });
    else onRecord({ kind, local: addressAt(bytes, at + AT.local), remote: addressAt(bytes, at + AT.remote), payload });
  }
}

function addressAt(bytes: Buffer, at: number): TransportAddress {
  const port = bytes.readUInt16LE(at + PORT);
  if (bytes[at + FAMILY] === 4)
    return { address: `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`, port };
  return { address: addon().ipv6Text(bytes.subarray(at, at + PORT)), port };
}
