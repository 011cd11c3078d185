import type { Lab } from "./build.ts";
import { command } from "./command.ts";
import type { HostName } from "./plan.ts";

let cuts = 0;

/** Drops what a host of the lab forwards and what matches one of these nftables expressions. Resolves with what heals it. */
export async function cut(lab: Lab, host: HostName, ...matches: readonly string[]): Promise<() => Promise<void>> {
  const table = `cut_${++cuts}`;
  const rules = matches.map((match) => `    ${match} drop`).join("\n");
  await nft(
    lab,
    host,
    `table inet ${table} {\n  chain forward {\n    type filter hook forward priority filter - 1;\n${rules}\n  }\n}\n`,
  );
  return () => nft(lab, host, `delete table inet ${table}\n`);
}

/** Matches of everything between two addresses, both ways. */
export function between(one: string, other: string): readonly string[] {
  return [`ip saddr ${one} ip daddr ${other}`, `ip saddr ${other} ip daddr ${one}`];
}

/** Lets through what one of the firewalls would drop. */
export function letThrough(lab: Lab, firewall: "inner" | "outer", match: string): Promise<void> {
  return nft(lab, firewall, `insert rule inet firewall forward ${match} accept\n`);
}

export async function nft(lab: Lab, host: HostName, text: string): Promise<void> {
  await command("ip", ["netns", "exec", lab.namespace(host), "nft", "-f", "-"], text);
}
