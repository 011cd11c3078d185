import { DecodeError } from "./errors.ts";
import type { AttributeRow } from "./rows.ts";

/** How full an edge is, so that another one knows whether to send clients there. */
export interface TurnpikeLoad {
  readonly allocations: number;
  readonly capacity: number;
  /** It keeps what it has and takes nothing new. */
  readonly draining: boolean;
}

/**
 * Our own, and unassigned by IANA (0xC000-0xFFFF is given out after expert review, RFC 8489 18.3). Sent only between the
 * edges of one deployment, inside a message with integrity; anyone else passes over it, since it is
 * comprehension-optional.
 */
export const turnpikeLoad: AttributeRow<TurnpikeLoad> = {
  type: 0xfe01,
  name: "TURNPIKE-LOAD",
  section: "private",
  encode: ({ allocations, capacity, draining }) => {
    const out = Buffer.alloc(12);
    out.writeUInt32BE(allocations, 0);
    out.writeUInt32BE(capacity, 4);
    out.writeUInt32BE(draining ? 1 : 0, 8);
    return out;
  },
  decode: (value) =>
    value.length === 12
      ? { allocations: value.readUInt32BE(0), capacity: value.readUInt32BE(4), draining: value.readUInt32BE(8) !== 0 }
      : new DecodeError("TURNPIKE-LOAD/length"),
};
