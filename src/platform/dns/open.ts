import { readFileSync } from "node:fs";
import type { Clock } from "#base";
import type { DnsConfig } from "./config.ts";
import type { Dns } from "./contract.ts";
import { parseHosts, parseResolvConf } from "./hosts.ts";
import { Resolver } from "./resolver.ts";

const PORT = 53;

/** The resolver of this process. The machine's own files are read once. */
export function openDns(config: DnsConfig, clock: Clock, onAsked?: (text: string) => void): Dns {
  const servers = config.servers.length > 0 ? config.servers : parseResolvConf(read("/etc/resolv.conf"));
  return new Resolver({
    servers: servers.map((address) => ({ address, port: PORT })),
    hosts: parseHosts(read("/etc/hosts")),
    clock,
    ...(onAsked ? { onAsked } : {}),
  });
}

/** A machine without the file has none of its entries. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
