import { isIP } from "node:net";
import { canonicalAddress, type Scope } from "#base";
import type { Dns, DnsAnswer, DnsRecord } from "#dns";
import { type Failure, failureOf } from "./failure.ts";

export interface LookedUp {
  readonly addresses: readonly string[];
  /** How long that holds, ms. */
  readonly ttlMs: number;
  readonly failure: Failure | undefined;
}

/** Once one family has answered, the other is waited for so long, ms: name servers that drop AAAA are not rare. */
const PATIENCE_MS = 1000;
/** A name that the machine's own file knows needs no name server for the other family, ms. */
const PATIENCE_HOSTS_MS = 20;
/** Longest wait for all name servers, ms. */
const LONGEST_MS = 10_000;
/** "There is none" is an answer; anything else leaves what was known of that family. */
const ANSWERS = ["DNS_NO_RECORDS", "DNS_NO_SUCH_NAME"];

/** Every address of an edge's name, or of its whole cluster. What is `known` stays while nothing better is. */
export async function lookUp(scope: Scope, dns: Dns, host: string, known: readonly string[]): Promise<LookedUp> {
  if (isIP(host))
    return { addresses: [canonicalAddress(host) ?? host], ttlMs: Number.POSITIVE_INFINITY, failure: undefined };
  const [v6, v4] = [new Question(dns, host, "AAAA"), new Question(dns, host, "A")];
  const both = Promise.race([Promise.all([v6.done, v4.done]), closed(scope)]);
  const first = await Promise.race([v6.found, v4.found, both.then(() => undefined)]);
  if (first) await Promise.race([both, patience(scope, first.from === "hosts")]);
  const records = [...v6.records(known), ...v4.records(known)];
  const failure = first ? undefined : (v4.failure ?? v6.failure);
  if (records.length === 0) return { addresses: known, ttlMs: 0, failure };
  // The machine's own file has no times.
  const ttlMs = first?.from === "hosts" ? Number.MAX_SAFE_INTEGER : Math.min(...records.map(({ ttl }) => ttl)) * 1000;
  return { addresses: [...new Set(records.map(({ data }) => data))], ttlMs, failure };
}

const patience = (scope: Scope, hosts: boolean) => scope.sleep(hosts ? PATIENCE_HOSTS_MS : PATIENCE_MS).catch(() => {});

/** A question to a name server cannot be taken back, but nobody needs to wait for it. */
const closed = (scope: Scope) => scope.sleep(LONGEST_MS).catch(() => {});

class Question {
  readonly #family: 4 | 6;
  #answer: DnsAnswer | undefined;
  failure: Failure | undefined;
  /** Never rejects. */
  readonly done: Promise<void>;
  /** Resolves only with an answer. */
  readonly found: Promise<DnsAnswer>;

  constructor(dns: Dns, host: string, type: "A" | "AAAA") {
    this.#family = type === "A" ? 4 : 6;
    const found = Promise.withResolvers<DnsAnswer>();
    this.found = found.promise;
    this.done = this.#ask(dns.lookup(host, type), found.resolve);
  }
  async #ask(asked: Promise<DnsAnswer>, found: (answer: DnsAnswer) => void): Promise<void> {
    try {
      this.#answer = await asked;
      found(this.#answer);
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  records(known: readonly string[]): readonly Pick<DnsRecord, "data" | "ttl">[] {
    if (this.#answer) return this.#answer.records;
    if (this.failure && ANSWERS.includes(this.failure.code)) return [];
    return known.filter((address) => isIP(address) === this.#family).map((data) => ({ data, ttl: 0 }));
  }
}
