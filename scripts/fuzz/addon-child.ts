import { writeSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { AddonFuzz } from "../../src/native/fuzz/addon.ts";
import { Random } from "./random.ts";

// A process of its own, since what it looks for may end it: SEED SECONDS. The last call is written to descriptor 3.

/** Descriptor and bytes. */
const LAST_CALL = { descriptor: 3, length: 512 };
/** Calls between two turns of the event loop, and between two looks at the relay. */
const TURN_EVERY = 40;
const PROBE_EVERY = 4000;

const [seed = 0, seconds = 60] = process.argv.slice(2).map(Number);
const place = Buffer.alloc(LAST_CALL.length, " ");

const fuzz = new AddonFuzz(new Random(seed), (call) => {
  place.fill(" ");
  place.write(call);
  writeSync(LAST_CALL.descriptor, place, 0, place.length, 0);
});
process.on("uncaughtException", (thrown) => {
  if (fuzz.expected(thrown)) return;
  console.error(thrown);
  process.exit(1);
});

const end = performance.now() + seconds * 1000;
while (performance.now() < end) {
  for (let i = 0; i < PROBE_EVERY && performance.now() < end; i++) {
    fuzz.step();
    if (i % TURN_EVERY === 0) await turn();
  }
  globalThis.gc?.();
  await fuzz.relays();
}
console.log(`${fuzz.calls} calls, ${fuzz.refused} refused`);
// With all that is open: nothing of it may hold the process up, or end it otherwise.
process.exit(0);
