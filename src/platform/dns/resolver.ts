import { isIP } from "node:net";
import type { Answer } from "dns-packet";
import { assertNever, type Clock, canonicalAddress, formatAddress, type TurnpikeError } from "#base";
import { DnsCache, type Outcome } from "./cache.ts";
import type { Dns, DnsAnswer, DnsRecord, RecordType } from "./contract.ts";
import { fail } from "./errors.ts";
import { ask, type DnsServer, type Reply } from "./query.ts";

export interface ResolverOptions {
  readonly servers: readonly DnsServer[];
  /** Addresses of names that need no server; names in lower case. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  readonly clock: Clock;
  /** For each try at one server, ms. */
  readonly timeoutMs?: number;
  /** Each question that was sent to a server, for tracing. */
  readonly onAsked?: (text: string) => void;
}

/** Each server is asked so often before "timeout" is said. */
const ROUNDS = 2;
const TIMEOUT_MS = 1500;
/** A name is at most 253 characters in labels of 1-63 (RFC 1035 2.3.4). */
const NAME = /^(?=.{1,253}$)([^.\s]{1,63})(\.[^.\s]{1,63})*$/;

/** A stub resolver with a cache of its own, so that an administrator can flush it and see what it knows. */
export class Resolver implements Dns {
  readonly #options: ResolverOptions;
  readonly #cache: DnsCache;
  /** Questions under way, so that a crowd asks once. */
  readonly #asking = new Map<string, Promise<DnsAnswer>>();

  constructor(options: ResolverOptions) {
    this.#options = options;
    this.#cache = new DnsCache(options.clock);
  }

  async lookup(given: string, type: RecordType): Promise<DnsAnswer> {
    const name = given.toLowerCase().replace(/\.$/, "");
    if (!NAME.test(name)) throw fail("DNS_BAD_NAME", { name: given });
    const local = type === "A" || type === "AAAA" ? this.#fromHosts(name, type) : undefined;
    if (local) return local;
    const known = this.#cache.get(name, type);
    if (known) return answerOf(known, "cache");
    const key = `${type} ${name}`;
    const asking = this.#asking.get(key) ?? this.#ask(name, type).finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  async addresses(host: string): Promise<readonly string[]> {
    if (isIP(host)) return [canonicalAddress(host) ?? host];
    const found = await Promise.allSettled([this.lookup(host, "AAAA"), this.lookup(host, "A")]);
    const records = found.flatMap((one) => (one.status === "fulfilled" ? one.value.records : []));
    if (records.length > 0) return records.map(({ data }) => data);
    throw (found[1] as PromiseRejectedResult).reason;
  }

  flush(): number {
    return this.#cache.flush();
  }

  #fromHosts(name: string, type: "A" | "AAAA"): DnsAnswer | undefined {
    const addresses = this.#options.hosts.get(name);
    if (!addresses) return undefined;
    const family = type === "A" ? 4 : 6;
    const records = addresses
      .filter((data) => isIP(data) === family)
      .map((data): DnsRecord => ({ name, type, ttl: 0, data }));
    return records.length > 0 ? { records, from: "hosts" } : undefined;
  }

  async #ask(name: string, type: RecordType): Promise<DnsAnswer> {
    const { servers, timeoutMs = TIMEOUT_MS, onAsked } = this.#options;
    let failure: TurnpikeError | undefined;
    for (let round = 0; round < ROUNDS; round++)
      for (const server of servers) {
        const where = formatAddress(server);
        onAsked?.(`${type} ${name} at ${where}`);
        const result = judge(name, type, where, await ask(server, name, type, timeoutMs));
        if (result === "silence") continue;
        if (result.final) {
          this.#cache.put(name, type, result.outcome, result.ttl);
          return answerOf(result.outcome, { server: where });
        }
        failure ??= (result.outcome as { failure: TurnpikeError }).failure;
      }
    const server = servers.map(formatAddress).join(", ") || "none: there is no name server";
    throw failure ?? fail("DNS_TIMEOUT", { name, server, seconds: (ROUNDS * servers.length * timeoutMs) / 1000 });
  }
}

interface Judged {
  readonly outcome: Outcome;
  /** Other servers would not say otherwise. */
  readonly final: boolean;
  readonly ttl: number;
}

function judge(name: string, type: RecordType, server: string, reply: Reply): Judged | "silence" {
  if (reply.kind === "silence") return "silence";
  const failed = (failure: TurnpikeError, final: boolean): Judged => ({
    outcome: { failure },
    final,
    ttl: reply.soaTtl,
  });
  if (reply.rcode === "NXDOMAIN") return failed(fail("DNS_NO_SUCH_NAME", { name, server }), true);
  if (reply.rcode === "SERVFAIL") return failed(fail("DNS_SERVER_FAILED", { name, server }), false);
  if (reply.rcode !== "NOERROR") return failed(fail("DNS_REFUSED", { name, server, why: reply.rcode }), false);
  const records = reply.answers.flatMap((answer) => recordOf(answer, type));
  if (records.length === 0) return failed(fail("DNS_NO_RECORDS", { name, type, server }), true);
  // The chain of aliases lives as long as its shortest link.
  const ttl = Math.min(...reply.answers.map((answer) => ("ttl" in answer ? (answer.ttl ?? 0) : 0)));
  return { outcome: { records }, final: true, ttl };
}

function recordOf(answer: Answer, type: RecordType): DnsRecord[] {
  if (answer.type !== type) return [];
  const base = { name: answer.name, type, ttl: answer.ttl ?? 0 };
  return dataOf(answer).map((data) => ({ ...base, data }));
}

function dataOf(answer: Answer): string[] {
  switch (answer.type) {
    case "A":
    case "AAAA":
      return [canonicalAddress(answer.data) ?? answer.data];
    case "CNAME":
    case "PTR":
      return [answer.data];
    case "SRV": {
      const { priority = 0, weight = 0, port, target } = answer.data;
      return [`${priority} ${weight} ${port} ${target}`];
    }
    case "TXT":
      return [[answer.data].flat().map(String).join("")];
    default:
      return [];
  }
}

function answerOf(outcome: Outcome, from: DnsAnswer["from"]): DnsAnswer {
  if ("failure" in outcome) throw outcome.failure;
  if ("records" in outcome) return { records: outcome.records, from };
  return assertNever(outcome);
}
