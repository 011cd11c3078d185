export type RecordType = "A" | "AAAA" | "SRV" | "CNAME" | "TXT" | "PTR";

export interface DnsRecord {
  readonly name: string;
  readonly type: RecordType;
  /** Seconds that are left of its life. */
  readonly ttl: number;
  /** As a zone file writes it: "192.0.2.1", "10 5 443 join.example.com". */
  readonly data: string;
}

export interface DnsAnswer {
  readonly records: readonly DnsRecord[];
  /** "hosts" for /etc/hosts. */
  readonly from: "cache" | "hosts" | { readonly server: string };
}

export interface Dns {
  /** Rejects with DNS_NO_SUCH_NAME, DNS_NO_RECORDS, DNS_SERVER_FAILED, DNS_REFUSED or DNS_TIMEOUT. */
  lookup(name: string, type: RecordType): Promise<DnsAnswer>;
  /** Addresses to connect to, in order: of a literal address itself, else AAAA and A. Same rejections. */
  addresses(host: string): Promise<readonly string[]>;
  /** Forgets everything; says how many answers that were. */
  flush(): number;
}
