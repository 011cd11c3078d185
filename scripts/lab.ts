import { readFileSync } from "node:fs";
import { Scope } from "#base";
import {
  alive,
  buildLab,
  Deployment,
  type HostName,
  labAvailable,
  picture,
  removeNamespace,
  standingLabs,
} from "../lab/index.ts";
import { buildApps } from "./build.ts";

/** Keeps a lab standing, with the three roles running in it, until Ctrl-C or `down`. */
async function up(): Promise<void> {
  const why = await labAvailable();
  if (why) throw new Error(why);
  await buildApps();
  await using scope = new Scope();
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) scope.on(process, signal, resolve);
  });
  const lab = await buildLab(scope);
  const deployment = new Deployment(lab);
  await deployment.init();
  await deployment.startAll();
  const { link } = await deployment.createSpace("Lab");
  const enter = (host: HostName) => `ip netns exec ${lab.namespace(host)} bash`;
  console.log(picture());
  console.log(`  Meeting link  ${link}`);
  console.log(`  Enter         ${enter("home")}   (or any other name in brackets)`);
  console.log(`  Dropped       ip netns exec ${lab.namespace("outer")} nft list counters   (or inner, or home-nat …)`);
  console.log(`  Configuration ${deployment.dir}`);
  console.log("\n  Ctrl-C, or `npm run lab -- down` elsewhere, removes it all.");
  await stopped;
}

/** Removes every lab on this machine: asks the owners that stand in `up`, and clears up after those that are gone. */
async function down(): Promise<void> {
  for (const [pid, names] of standingLabs()) {
    if (alive(pid) && !standsInUp(pid)) {
      console.log(`a test (process ${pid}) is using its lab: left alone`);
      continue;
    }
    if (alive(pid)) await ask(pid);
    for (const name of standingLabs().get(pid) ?? []) removeNamespace(name);
    console.log(`removed ${names.length} namespaces of process ${pid}`);
  }
}

function standsInUp(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8")
    .split("\0")
    .some((part) => part.endsWith("scripts/lab.ts"));
}

/** Resolves when the owner has ended, or after 10 s. */
async function ask(pid: number): Promise<void> {
  process.kill(pid, "SIGTERM");
  await using scope = new Scope();
  for (let tries = 0; alive(pid) && tries < 100; tries++) await scope.sleep(100);
}

const commands: Record<string, (() => Promise<void>) | undefined> = { up, down };
const run = commands[process.argv[2] ?? ""];
if (!run) {
  console.error("npm run lab -- up|down");
  process.exit(2);
}
try {
  await run();
} catch (error) {
  console.error(`lab: ${(error as Error).message}`);
  process.exitCode = 1;
}
