import { buildApps } from "./build.ts";

/** `npm run bench -- NAME`; the last line that it prints is its result as JSON. */
const BENCHES: Readonly<Record<string, (() => Promise<void>) | undefined>> = {
  api: async () => (await import("../bench/api.ts")).benchApi(),
  join: async () => (await import("../bench/join.ts")).benchJoin(),
  proxy: async () => (await import("../bench/proxy.ts")).benchProxy(),
  turn: async () => (await import("../bench/turn.ts")).benchTurn(),
};

const bench = BENCHES[process.argv[2] ?? ""];
if (!bench) {
  console.error(`npm run bench -- ${Object.keys(BENCHES).join("|")}`);
  process.exit(2);
}
try {
  // No page is opened there.
  if (process.argv[2] !== "turn") await buildApps();
  await bench();
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
}
