import { buildWorld, explained, skip } from "../e2e/world.ts";

/** Added to the guest's line. */
const ROUND_TRIP_MS = 100;
const RUNS = 9;
const NETWORK = "home";

/** The page must have come to rest: what is measured begins with the click. */
const REST_MS = 700;

/** From the click on Join to the first decoded remote frame, for a guest whose line is 100 ms long. */
export async function benchJoin(): Promise<void> {
  if (skip) throw new Error(skip);
  await using world = await buildWorld({ roundTripMs: { [NETWORK]: ROUND_TRIP_MS } });
  const inside = await world.open("inside", "Inside");
  await inside.join();
  const times: number[] = [];
  // The first run warms up the browser, the server's code and the caches, and is not counted.
  for (let run = 0; run <= RUNS; run++) {
    const guest = await world.open(NETWORK, "Guest");
    await explained(world, [guest, inside], async () => {
      await world.lab.scope.sleep(REST_MS);
      await guest.join();
      const ms = await guest.joinTime();
      console.log(run === 0 ? `warm-up: ${ms.toFixed(0)} ms` : `run ${run}: ${ms.toFixed(0)} ms`);
      if (run > 0) times.push(ms);
      await guest.leave();
    });
  }
  const medianMs = Math.round(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!);
  const rtts = Math.round((medianMs / ROUND_TRIP_MS) * 10) / 10;
  console.log(JSON.stringify({ bench: "join", rttMs: ROUND_TRIP_MS, medianMs, rtts, runs: times.length }));
}
