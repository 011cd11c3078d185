export { type DnsConfig, dnsSection } from "./config.ts";
export type { Dns, DnsAnswer, DnsRecord, RecordType } from "./contract.ts";
export { dnsErrors } from "./errors.ts";
export { openDns } from "./open.ts";
export { Resolver, type ResolverOptions } from "./resolver.ts";
