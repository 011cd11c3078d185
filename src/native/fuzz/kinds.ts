import { isIP } from "node:net";
import { types } from "node:util";
import { ADDRESS_WORDS } from "../datagram-records.ts";
import type { HandleKind, Handles } from "./handles.ts";
import { ARRAYS, type Choices, loopback, NUMBERS, OTHERS, TEXTS } from "./palette.ts";

/** What an argument may be. */
export interface Kind {
  /** Must the addon take it? What it need not, it must refuse. */
  takes(value: unknown, handles: Handles): boolean;
  /** One of the values that callers usually have. */
  usual(random: Choices, handles: Handles): unknown;
  /** One at the border of what is taken. */
  border(random: Choices, handles: Handles): unknown;
}

/** Whole numbers, or with a fraction, which is dropped. */
export function number(least: number, most: number, usual = [least, least + 1, least + 2, least + 3]): Kind {
  const borders = [least, most, least - 1, most + 1, least + 0.5, most + 0.5, most - 0.5, 2 ** 32 + least];
  return {
    takes: (value) => typeof value === "number" && value >= least && value <= most,
    usual: (random) => Math.min(random.pick(usual), most),
    border: (random) => random.pick(borders),
  };
}

/** Any number at all: what it is worth, the result says. */
export const anyNumber: Kind = {
  takes: (value) => typeof value === "number",
  usual: (random, handles) => (random.chance(3) ? 0 : random.pick(handles.ports)),
  border: (random) => random.pick(NUMBERS),
};

export const rate: Kind = {
  takes: (value) => typeof value === "number" && value >= 0,
  usual: (random) => random.pick([0, 0, 50, 1e6]),
  border: (random) => random.pick(NUMBERS),
};

export const flag: Kind = {
  takes: (value) => typeof value === "boolean",
  usual: (random) => random.chance(2),
  border: (random) => random.pick([0, 1, undefined, "true"]),
};

/** Any text: what it is worth, the result says. */
export function text(...usual: readonly string[]): Kind {
  return {
    takes: (value) => typeof value === "string",
    usual: (random) => random.pick(usual),
    border: (random) => random.pick(TEXTS),
  };
}

export const address: Kind = {
  takes: (value) => typeof value === "string" && isIP(value) !== 0 && !value.includes("%"),
  usual: loopback,
  border: (random) => random.pick(TEXTS),
};

export const maybeAddress: Kind = { ...address, takes: (value) => typeof value === "string" };

export const port: Kind = {
  ...number(0, 65_535),
  usual: (random, handles) => random.pick(handles.ports),
};

/** Called later by the addon. */
export const callback: Kind = {
  takes: (value) => typeof value === "function",
  usual: (_random, handles) => handles.wake,
  border: (random) => random.pick(OTHERS)(),
};

/** Bytes of any length, or of those. */
export function bytes(...lengths: readonly number[]): Kind {
  const fits = (length: number) => lengths.length === 0 || lengths.includes(length);
  return {
    takes: (value) => types.isUint8Array(value) && fits(value.length),
    usual: (random) =>
      Buffer.alloc(lengths.length === 0 ? random.below(1300) : random.pick(lengths), random.below(256)),
    border: (random) => random.pick(ARRAYS)(),
  };
}

/** Where many datagrams have place. */
export const slab: Kind = { ...bytes(), usual: (random) => Buffer.allocUnsafeSlow(random.pick([1, 2, 32]) * 65_536) };

/** Addresses of datagrams, each behind so many words of its own (datagram-records.ts). One at least. */
export function addresses(before: readonly number[][]): Kind {
  const each = before.length + ADDRESS_WORDS;
  return {
    takes: (value) => types.isUint32Array(value) && value.length >= each,
    usual: (random, handles) => {
      const list = new Uint32Array(each * random.pick([1, 1, 40]));
      for (let at = 0; at < list.length; at += each)
        list.set([...before.map((some) => random.pick(some)), ...addressWords(random, handles.ports)], at);
      return list;
    },
    border: (random) => random.pick(ARRAYS)(),
  };
}

/** On this machine, the peer of a connected socket, or of no family at all. */
function addressWords(random: Choices, ports: readonly number[]): number[] {
  const port = random.pick(ports);
  return random.pick([
    [0x0100_007f, 0, 0, 0, (4 << 16) | port],
    [0x0100_007f, 0, 0, 0, (4 << 16) | port],
    [0, 0, 0, 0x0100_0000, (6 << 16) | port],
    [0, 0, 0, 0, 0],
    ...(random.chance(10) ? [[0, 0, 0, 0, (5 << 16) | port]] : []),
  ]);
}

export function handle(kind: HandleKind, evenClosed = false): Kind {
  return {
    takes: (value, handles) => {
      const state = handles.stateOf(kind, value);
      return state === "open" || (evenClosed && state === "closed");
    },
    usual: (random, handles) => handles.some(kind, random, !evenClosed),
    border: (random, handles) => handles.any(random),
  };
}
