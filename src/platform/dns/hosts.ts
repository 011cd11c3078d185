import { canonicalAddress } from "#base";

/** The addresses of each name in the text of a hosts(5) file; names in lower case. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const table = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [first = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    const address = canonicalAddress(first);
    if (!address) continue;
    for (const name of names) table.set(name.toLowerCase(), [...(table.get(name.toLowerCase()) ?? []), address]);
  }
  return table;
}

/** The name servers in the text of a resolv.conf(5) file. */
export function parseResolvConf(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const [word, address = ""] = line.trim().split(/\s+/);
    const server = word === "nameserver" ? canonicalAddress(address.replace(/%.*/, "")) : undefined;
    return server ? [server] : [];
  });
}
