/** What a step does; the low three bits of its first byte. */
export const Kind = {
  /** The bytes as they are, references resolved. */
  raw: 0,
  /** A request, completed with credentials and integrity. */
  signed: 1,
  /** Time passes: 16 bits of 50 ms each. */
  time: 2,
  drain: 3,
  configure: 4,
  /** The client's connection ends. */
  gone: 5,
  plane: 6,
  /** The administrator ends an allocation. */
  end: 7,
} as const;

/** Of the first byte. */
export const Flag = {
  /** The next step does not wait for what this one sets off. */
  hurry: 0x10,
  /** MESSAGE-INTEGRITY-SHA256 in place of MESSAGE-INTEGRITY. */
  sha256: 0x20,
  /** PASSWORD-ALGORITHM SHA-256 with the list that was offered. */
  algorithms: 0x40,
  /** USERHASH in place of USERNAME. */
  userhash: 0x80,
} as const;

export interface Step {
  readonly kind: number;
  readonly flags: number;
  /** Of the second byte: three bits. */
  readonly client: number;
  /** Three bits: who signs. */
  readonly account: number;
  /** Two bits: which nonce. */
  readonly nonce: number;
  readonly bytes: Buffer;
}

/** Steps of one input; what comes behind is passed over. */
const MAX_STEPS = 64;
const LENGTH = 2;
const HEAD = 2;

/** An input is a list of steps, each behind its length in 16 bits; the last one may be cut short. */
export const stepFormat = {
  messageAt: HEAD,
  parts(input: Buffer): Buffer[] {
    const parts: Buffer[] = [];
    for (let at = 0; at + LENGTH + HEAD <= input.length && parts.length < MAX_STEPS; ) {
      const end = at + LENGTH + Math.max(HEAD, input.readUInt16BE(at));
      parts.push(input.subarray(at + LENGTH, end));
      at = end;
    }
    return parts;
  },
  join(parts: readonly Buffer[]): Buffer {
    const pieces = parts.flatMap((part) => {
      const length = Buffer.alloc(LENGTH);
      length.writeUInt16BE(Math.min(0xffff, part.length));
      return [length, part.subarray(0, 0xffff)];
    });
    return Buffer.concat(pieces);
  },
};

export function stepsOf(input: Buffer): Step[] {
  return stepFormat
    .parts(input)
    .filter((part) => part.length >= HEAD)
    .map((part) => {
      const [first, second] = [part[0]!, part[1]!];
      const [client, account, nonce] = [second & 7, (second >> 3) & 7, second >> 6];
      return { kind: first & 7, flags: first & 0xf0, client, account, nonce, bytes: part.subarray(HEAD) };
    });
}

export function encodeStep({ kind, flags, client, account, nonce, bytes }: Step): Buffer {
  return Buffer.concat([Buffer.of(kind | flags, client | (account << 3) | (nonce << 6)), bytes]);
}
