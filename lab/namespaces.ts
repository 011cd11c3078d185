import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command, commandSync, installed } from "./command.ts";

const NAMESPACES = "/run/netns";
/** `ip netns exec NAME` mounts each entry of /etc/netns/NAME over the one of the same name in /etc. */
const ETC = "/etc/netns";

/** Names carry the process that owns them, so that those of a crashed run are recognised. */
export const namePrefix = (pid: number) => `tp${pid}-`;

/** Why no lab can be built here, or undefined if one can. Tried, not guessed. */
export async function labAvailable(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const missing = ["ip", "nft"].filter((program) => !installed(program));
  if (missing.length > 0) return `${missing.join(" and ")} missing (packages iproute2, nftables)`;
  const name = `${namePrefix(process.pid)}try`;
  try {
    await command("ip", ["netns", "add", name]);
    await command("ip", ["netns", "exec", name, "nft", "add", "table", "inet", "try"]);
    return undefined;
  } catch (error) {
    return `no network namespace with nftables can be made here: ${(error as Error).message}`;
  } finally {
    removeNamespace(name);
  }
}

export function writeEtc(namespace: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(ETC, namespace, name);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content);
  }
}

/** Removes a namespace with whatever still runs in it. */
export function removeNamespace(name: string): void {
  for (const pid of commandSync("ip", ["netns", "pids", name]).split("\n").filter(Boolean)) kill(Number(pid));
  commandSync("ip", ["netns", "delete", name]);
  rmSync(join(ETC, name), { recursive: true, force: true });
  if (existsSync(ETC) && readdirSync(ETC).length === 0) rmSync(ETC, { recursive: true, force: true });
}

/** The labs on this machine: the process that owns each, and its namespaces. */
export function standingLabs(): Map<number, string[]> {
  const labs = new Map<number, string[]>();
  for (const directory of [NAMESPACES, ETC])
    for (const name of existsSync(directory) ? readdirSync(directory) : []) {
      const pid = Number(/^tp(\d+)-/.exec(name)?.[1] ?? Number.NaN);
      if (!Number.isNaN(pid)) labs.set(pid, [...new Set([...(labs.get(pid) ?? []), name])]);
    }
  return labs;
}

/** Removes the labs whose owner is gone. */
export function removeStaleLabs(): void {
  for (const [pid, names] of standingLabs()) if (!alive(pid)) for (const name of names) removeNamespace(name);
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}
