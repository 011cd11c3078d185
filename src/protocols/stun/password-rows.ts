import { padded } from "./constants.ts";
import { DecodeError } from "./errors.ts";
import type { AttributeRow } from "./rows.ts";

export interface PasswordAlgorithm {
  /** One of `PasswordAlgorithmNumber`, or one unknown to us. */
  readonly algorithm: number;
  /** Empty for all that are defined. */
  readonly parameters: Uint8Array;
}

/** Two are defined (RFC 8489 18.5.1); bounds the work that one packet can cause. */
const MAX_ALGORITHMS = 16;

/** What the client chose. */
export const passwordAlgorithm: AttributeRow<PasswordAlgorithm> = {
  type: 0x001d,
  name: "PASSWORD-ALGORITHM",
  section: "RFC 8489 14.12",
  encode: (value) => encodeList([value]),
  decode: (value) => {
    const list = decodeList("PASSWORD-ALGORITHM", value);
    if (list instanceof DecodeError) return list;
    return list.length === 1 ? list[0]! : new DecodeError("PASSWORD-ALGORITHM/length");
  },
};

/** What the server offers, best first; the client sends it back, so that nobody between can take the better ones out. */
export const passwordAlgorithms: AttributeRow<readonly PasswordAlgorithm[]> = {
  type: 0x8002,
  name: "PASSWORD-ALGORITHMS",
  section: "RFC 8489 14.11",
  encode: encodeList,
  decode: (value) => decodeList("PASSWORD-ALGORITHMS", value),
};

/** RFC 8489 14.11: number, length of the parameters, parameters padded like an attribute. */
function encodeList(list: readonly PasswordAlgorithm[]): Buffer {
  return Buffer.concat(
    list.map(({ algorithm, parameters }) => {
      const out = Buffer.alloc(4 + padded(parameters.length));
      out.writeUInt16BE(algorithm, 0);
      out.writeUInt16BE(parameters.length, 2);
      out.set(parameters, 4);
      return out;
    }),
  );
}

/** The padding of the last may be missing: the attribute's own padding is in the same place. */
function decodeList(name: string, value: Buffer): PasswordAlgorithm[] | DecodeError {
  const list: PasswordAlgorithm[] = [];
  for (let at = 0; at < value.length; ) {
    if (list.length === MAX_ALGORITHMS) return new DecodeError(`${name}/count`);
    if (at + 4 > value.length) return new DecodeError(`${name}/length`);
    const end = at + 4 + value.readUInt16BE(at + 2);
    if (end > value.length) return new DecodeError(`${name}/parameters`);
    list.push({ algorithm: value.readUInt16BE(at), parameters: value.subarray(at + 4, end) });
    at = padded(end);
  }
  return list;
}
