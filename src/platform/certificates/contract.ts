import type { Clock, Log } from "#base";
import type { Pair } from "./issue.ts";

/** Where the certificate of a use comes from. */
export type CertificateSource =
  /** Two PEM files that the administrator, a page or another program writes; they may be the same file. */
  | { readonly from: "files"; readonly certificate: string; readonly key: string }
  /** Asked for and renewed at an ACME server (RFC 8555). */
  | {
      readonly from: "acme";
      readonly acme: AcmeSettings;
      /** Served until the first certificate is there; without it one that no browser trusts. */
      readonly meanwhile?: { readonly certificate: string; readonly key: string };
    }
  /** Issued and renewed by an authority of our own, whose key is in `folder` on this machine. */
  | { readonly from: "local"; readonly folder: string };

export interface AcmeSettings {
  /** URL of the ACME server's directory (RFC 8555 7.1.1). */
  readonly directory: string;
  /** Where the ACME server's operator may write to. */
  readonly email?: string;
  /** Account key and certificates are kept here. */
  readonly folder: string;
  /** PEM file of the authorities to trust when talking to the ACME server; without it the system's. */
  readonly ca?: string;
}

/** One use of a certificate: "web", "turn", "admin". */
export interface CertificateUse {
  readonly source: CertificateSource;
  /** Names and addresses that clients use: they are asked for, and one that the certificate lacks is a problem. */
  readonly names: readonly string[];
  /** PEM file of authorities that the clients trust besides the system's, so that a chain up to them is whole. */
  readonly ca?: string;
}

/** Only shown: keys of the tunnel have no dates and no issuer. */
export interface SshKeyUse {
  readonly use: string;
  /** The public key, in OpenSSH's one-line form. */
  readonly file: string;
}

/** What the configuration says; `configure` takes it anew. */
export interface CertificateUses {
  readonly uses: Readonly<Record<string, CertificateUse>>;
  readonly sshKeys?: readonly SshKeyUse[];
}

export interface CertificateStoreOptions extends CertificateUses {
  readonly log: Log;
  readonly clock?: Clock;
  /** How often files and due dates are looked at, ms. */
  readonly lookEveryMs?: number;
}

export interface CertificateStore {
  /** The pair to serve now. There always is one: a new pair is taken over only if it is good. */
  pair(use: string): Pair;
  /** Called with each new pair, after which `pair` gives it too. Returns what ends it. */
  onChange(listener: (use: string, pair: Pair) => void): () => void;
  /** Called when `rows()` have other problems, or ACME another state, than before. Returns what ends it. */
  onState(listener: () => void): () => void;
  rows(): readonly CertificateRow[];
  /** The key authorization of a token that an ACME server may ask for now (RFC 8555 8.3), undefined for any other. */
  challengeFor(token: string): string | undefined;
  /** Orders a new certificate now (acme), issues one (local), reads the files (files). Rejects with a TurnpikeError. */
  renewNow(use: string): Promise<void>;
  /**
   * Puts a certificate in place of the files that the configuration names. Without a key it belongs to the key of the last
   * `createRequest`. The former pair is kept beside, as `<file>.before`. Throws a TurnpikeError, and all is as before.
   */
  install(use: string, upload: { readonly certificate: string; readonly key?: string }): CertificateRow;
  /** A PKCS#10 request (PEM) for an authority to sign, with a new key that stays here. */
  createRequest(use: string, names?: readonly string[]): Promise<string>;
  /** Takes over a changed configuration, or throws a TurnpikeError and all is as before. Says which uses changed. */
  configure(uses: CertificateUses): Promise<readonly string[]>;
}

export type CertificateProblemCode =
  | "expires-soon"
  | "expired"
  | "not-yet-valid"
  | "chain-incomplete"
  | "chain-order"
  | "weak-key"
  | "name-missing"
  | "self-signed"
  | "acme-failed"
  | "file-bad";

export interface CertificateProblem {
  readonly code: CertificateProblemCode;
  readonly text: string;
  readonly remedy: string;
}

export interface ChainLink {
  readonly subject: string;
  readonly issuer: string;
  /** Milliseconds since 1970, as all times here. */
  readonly validTo: number;
  readonly role: "leaf" | "intermediate" | "root";
  /** A root that ends the chain without being sent: clients have it. */
  readonly sent: boolean;
}

export interface CertificateRow {
  readonly use: string;
  readonly source: CertificateSource["from"] | "ssh";
  /** As configured, or where the store keeps it. */
  readonly file: string;
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and addresses that it is good for. */
  readonly names: readonly string[];
  /** An SSH key has no dates. */
  readonly validFrom?: number;
  readonly validTo?: number;
  /** Whole days, negative if it has expired. */
  readonly daysLeft?: number;
  /** "AB:CD:…" of a certificate, "SHA256:…" of an SSH key, as openssl and ssh-keygen print them. */
  readonly fingerprint: string;
  /** "EC P-256", "RSA 2048", "Ed25519" */
  readonly keyType: string;
  /** The server's own first. */
  readonly chain: readonly ChainLink[];
  readonly problems: readonly CertificateProblem[];
  readonly acme?: AcmeState;
  /** A request that waits for its certificate. */
  readonly request?: { readonly createdAt: number; readonly file: string };
}

export interface AcmeState {
  readonly directory: string;
  /** waiting: the last order failed, and the next is at `nextTryAt`. */
  readonly state: "issued" | "ordering" | "waiting";
  readonly lastError?: { readonly code: string; readonly text: string; readonly remedy: string; readonly at: number };
  readonly nextTryAt?: number;
  /** When the present certificate is to be renewed; undefined while there is none. */
  readonly renewAt?: number;
}
