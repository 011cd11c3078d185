import { command } from "./command.ts";
import { type HostName, ROUTERS } from "./plan.ts";

/** Reads the named counters of every firewall and NAT. */
export async function readDrops(namespace: (host: HostName) => string): Promise<Record<string, number>> {
  const firewalls = ROUTERS.filter((host) => host !== "internet");
  const read = await Promise.all(firewalls.map((host) => countersOf(namespace(host))));
  return Object.fromEntries(
    firewalls.flatMap((host, i) => read[i]!.map(({ name, packets }) => [`${host}.${name}`, packets])),
  );
}

interface Counter {
  readonly name: string;
  readonly packets: number;
}

async function countersOf(namespace: string): Promise<Counter[]> {
  const text = await command("ip", ["netns", "exec", namespace, "nft", "-j", "list", "counters"]);
  const { nftables } = JSON.parse(text) as { nftables: { counter?: Counter }[] };
  return nftables.flatMap(({ counter }) => (counter ? [counter] : []));
}
