import { isIP } from "node:net";
import { parseHostPort } from "#base";
import { fail } from "../errors.ts";
import { type Pass, valuesOf } from "../passage.ts";

/**
 * The one Host header names a join host, and the same one that the connection was made for (RFC 9110 7.4): otherwise a
 * client could ask one host's connection, and its allow list, for another host. A port may follow; NAT may have changed it.
 */
export const hostIsRouted: Pass = (passage, { joinHosts }) => {
  const hosts = valuesOf(passage.headers, "host");
  const host = hosts.length === 1 ? parseHostPort(hosts[0]!, 443)?.address.toLowerCase() : undefined;
  if (!host) throw fail("PROXY_BAD_REQUEST", { why: "not exactly one valid Host header" });
  if (passage.routedHost !== serverNameOf(host)) throw fail("PROXY_MISDIRECTED");
  if (!joinHosts.includes(host)) throw fail("PROXY_UNKNOWN_HOST");
  passage.host = host;
};

/**
 * Whoever gets this far has clicked a browser's warning away. The administrator is told by an alarm, and the guest by this
 * page: a meeting that begins behind such a warning teaches people to ignore it.
 */
export const hostIsNamed: Pass = ({ host }, { unnamed }) => {
  if (unnamed?.has(host)) throw fail("PROXY_CERTIFICATE_NAME", { host });
};

/** The core knows the join host from the tunnel, also when it is an IP address. */
export const hostIsTunnels: Pass = (passage, { joinHosts }) => {
  const hosts = valuesOf(passage.headers, "host");
  if (hosts.length !== 1) throw fail("PROXY_BAD_REQUEST", { why: "not exactly one Host header" });
  if (hosts[0] !== passage.routedHost || !joinHosts.includes(hosts[0]!)) throw fail("PROXY_MISDIRECTED");
  passage.host = hosts[0]!;
};

export const setsHost: Pass = (passage) => {
  passage.headers = [["host", passage.host], ...passage.headers.filter(([name]) => name !== "host")];
};

/** What a client sends as TLS server name for a host: nothing for an IP address (RFC 6066 3). */
export function serverNameOf(host: string): string | undefined {
  return isIP(host) ? undefined : host;
}
