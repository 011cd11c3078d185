import { resolve } from "node:path";
import type { Target } from "./target.ts";

const root = resolve(import.meta.dirname, "../..");

/** One packet or stream, as a whole. */
const WHOLE = {
  messageAt: 0,
  parts: (input: Buffer) => [input],
  join: (parts: readonly Buffer[]) => Buffer.concat(parts),
};

/** By name; loaded when wanted, since some need half of the product. */
export const TARGETS: Readonly<Record<string, () => Promise<Target>>> = {
  stun: async () => {
    const { fuzzStun } = await import("../../src/protocols/stun/fuzz.ts");
    return { testdata: resolve(root, "src/protocols/stun/testdata"), format: WHOLE, run: fuzzStun };
  },
  turn: async () => {
    const { fuzzTurn, stepFormat } = await import("../../src/traversal/turn/fuzz/index.ts");
    const { seedInputs } = await import("../../src/traversal/turn/fuzz/seeds/index.ts");
    const testdata = resolve(root, "src/traversal/turn/testdata");
    return { testdata, format: stepFormat, run: fuzzTurn, seeds: seedInputs };
  },
  planes: async () => {
    const { comparePlanes, planesFormat } = await import("../../src/traversal/packet-plane/differential/run.ts");
    const { planesSeeds } = await import("../../src/traversal/packet-plane/differential/seeds.ts");
    const { openNativePlane, openTypescriptPlane } = await import("#packet-plane");
    const testdata = resolve(root, "src/traversal/packet-plane/differential/testdata");
    const planes = {
      one: openTypescriptPlane,
      other: openNativePlane({ threads: 2, alwaysSpread: true }),
      feed: openNativePlane({ threads: 1 }),
    };
    const run = (input: Buffer) => comparePlanes(planes, input);
    return { testdata, format: planesFormat, run, seeds: planesSeeds, patienceMs: 120_000 };
  },
};
