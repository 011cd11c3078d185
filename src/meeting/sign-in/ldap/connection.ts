import { connect, isIP } from "node:net";
import type { TLSSocket } from "node:tls";
import {
  BusyError,
  Client,
  type ClientOptions,
  type Entry,
  InvalidCredentialsError,
  NoSuchObjectError,
  ResultCodeError,
  type SearchOptions,
  UnavailableError,
} from "ldapts";
import { TurnpikeError, textOf } from "#base";
import { fail } from "../errors.ts";
import { type Network, untilAborted } from "../network.ts";
import type { Attributes } from "./mapping.ts";
import { startTls } from "./start-tls.ts";

/** Milliseconds to connect, and for each answer. */
const CONNECT_MS = 5000;
const ANSWER_MS = 15_000;
/** Entries of one page, and of a whole search. */
const PAGE = 500;
const MAX_ENTRIES = 100_000;

/** The ldapServer object. */
export interface LdapServer {
  readonly id: string;
  readonly address: string;
  readonly portNumber: number;
  /** TLS from the first byte on. */
  readonly secure: boolean;
  /** TLS after an agreement in the clear (RFC 4511 4.14); without effect if it is `secure`. */
  readonly startTls: boolean;
  /** Whoever may search; anonymous if it is left out. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly usePagedResults: boolean;
  /** PEM of the authority that signed its certificate; those of the system if it is left out. */
  readonly caCertificate: string | undefined;
}

export interface DirectoryEntry {
  readonly dn: string;
  readonly attributes: Attributes;
}

export interface Search {
  readonly baseDn: string;
  /** Checked already. */
  readonly filter: string;
  readonly attributes: readonly string[];
}

/** The CMS's words for why something cannot be reached. */
export type FailureReason = "dnsFailure" | "connectFailure" | "authenticationFailure" | "error";

export class LdapFailure extends TurnpikeError {
  readonly reason: FailureReason;
  constructor(server: LdapServer, reason: FailureReason, cause: unknown) {
    const { code, message, remedy, kind } = fail("LDAP_FAILED", { server: server.address, why: words(cause) });
    super(code, { kind, text: message, remedy }, {}, cause);
    this.reason = reason;
  }
}

/** Connects, signs in as the one who may search, runs, and goes. Rejects with LdapFailure. */
export async function withDirectory<T>(
  server: LdapServer,
  network: Network,
  run: (directory: Directory) => Promise<T>,
): Promise<T> {
  using road = await roadTo(server, network);
  await using client = open(server, network, road.tls);
  try {
    return await untilAborted(network.signal, async () => {
      if (server.username) await client.bind(server.username, server.password ?? "");
      return run(new Directory(client, server.usePagedResults));
    });
  } catch (error) {
    if (error instanceof TurnpikeError || network.signal.aborted) throw error;
    throw new LdapFailure(server, reasonOf(error), error);
  }
}

/**
 * Whether the directory accepts this password for this entry. An empty one is refused here: to a directory it would mean
 * an anonymous bind, which succeeds (RFC 4513 5.1.2).
 */
export async function passwordFits(
  server: LdapServer,
  network: Network,
  dn: string,
  password: string,
): Promise<boolean> {
  if (password === "" || dn === "") return false;
  using road = await roadTo(server, network);
  await using client = open(server, network, road.tls);
  try {
    await untilAborted(network.signal, () => client.bind(dn, password));
    return true;
  } catch (error) {
    if (network.signal.aborted) throw error;
    const refused =
      error instanceof ResultCodeError && !(error instanceof BusyError || error instanceof UnavailableError);
    if (refused) return false;
    throw new LdapFailure(server, reasonOf(error), error);
  }
}

/** A connection that may search. References to other servers are not followed. */
export class Directory {
  readonly #client: Client;
  readonly #paged: boolean;

  constructor(client: Client, paged: boolean) {
    this.#client = client;
    this.#paged = paged;
  }

  /** The entry itself if it exists and fits the filter. */
  async entry(search: Search): Promise<DirectoryEntry | undefined> {
    try {
      return (await this.#search(search, { scope: "base", sizeLimit: 2 }))[0];
    } catch (error) {
      if (error instanceof NoSuchObjectError) return undefined;
      throw error;
    }
  }

  /** Entries below the base, at most two: whoever asks wants exactly one. */
  few(search: Search): Promise<readonly DirectoryEntry[]> {
    return this.#search(search, { scope: "sub", sizeLimit: 2 });
  }

  /** Every entry below the base. Rejects if the server gives only some of them. */
  async all(search: Search): Promise<readonly DirectoryEntry[]> {
    if (!this.#paged) return this.#search(search, { scope: "sub" });
    const found: DirectoryEntry[] = [];
    const options = { ...optionsOf(search), scope: "sub" as const, paged: { pageSize: PAGE } };
    for await (const page of this.#client.searchPaginated(search.baseDn, options)) {
      found.push(...page.searchEntries.map(entryOf));
      if (found.length > MAX_ENTRIES) throw new Error(`more than ${MAX_ENTRIES} entries fit the filter`);
    }
    return found;
  }

  async #search(search: Search, options: SearchOptions): Promise<readonly DirectoryEntry[]> {
    const result = await this.#client.search(search.baseDn, { ...optionsOf(search), ...options });
    return result.searchEntries.map(entryOf);
  }
}

function optionsOf(search: Search): SearchOptions {
  return { filter: search.filter, attributes: [...search.attributes], derefAliases: "never" };
}

function entryOf(entry: Entry): DirectoryEntry {
  const attributes = new Map<string, string>();
  for (const [name, value] of Object.entries(entry)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (name !== "dn" && typeof first === "string" && first !== "") attributes.set(name.toLowerCase(), first);
  }
  return { dn: entry.dn, attributes };
}

/** With StartTLS, a connection that is in TLS already. Rejects with LdapFailure. */
async function roadTo(server: LdapServer, network: Network): Promise<Disposable & { readonly tls?: TLSSocket }> {
  const { address: host, portNumber: port, secure } = server;
  if (secure || !server.startTls) return { [Symbol.dispose]: () => {} };
  const { signal } = network;
  try {
    // The certificate is compared with `host` if that is an address, and else with `servername`.
    const options = { ...tlsOptionsOf(server), host };
    const tls = await startTls({ host, port, ...lookupOf(network) }, options, CONNECT_MS, signal);
    return { tls, [Symbol.dispose]: () => void tls.destroy() };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new LdapFailure(server, reasonOf(error), error);
  }
}

/** `ready` is the one connection that it may have: another one would begin in the clear. */
function open(server: LdapServer, network: Network, ready: TLSSocket | undefined): Client {
  const { address, portNumber, secure } = server;
  const host = address.includes(":") ? `[${address}]` : address;
  return new Client({
    url: `${secure || ready ? "ldaps" : "ldap"}://${host}:${portNumber}`,
    connectTimeout: CONNECT_MS,
    timeout: ANSWER_MS,
    ...waysOf(server, network, ready),
  });
}

function waysOf(server: LdapServer, network: Network, ready: TLSSocket | undefined): Partial<ClientOptions> {
  const { address: host, portNumber: port, secure } = server;
  if (ready) {
    const once = () => {
      if (ready.destroyed) throw new Error("the connection was lost");
      return ready;
    };
    return { createSecureConnection: once as unknown as NonNullable<ClientOptions["createSecureConnection"]> };
  }
  if (secure) return { tlsOptions: { ...tlsOptionsOf(server), ...lookupOf(network) } };
  return { createConnection: (() => connect({ host, port, ...lookupOf(network) })) as typeof connect };
}

function tlsOptionsOf({ address, caCertificate }: LdapServer) {
  return {
    ...(caCertificate ? { ca: caCertificate } : {}),
    minVersion: "TLSv1.2" as const,
    ...(isIP(address) ? {} : { servername: address }),
  };
}

function lookupOf({ lookup }: Network) {
  return lookup ? { lookup } : {};
}

function reasonOf(error: unknown): FailureReason {
  if (error instanceof InvalidCredentialsError) return "authenticationFailure";
  if (error instanceof ResultCodeError) return "error";
  const code = String((error as NodeJS.ErrnoException)?.code ?? "");
  return /^(ENOTFOUND|EAI_|DNS_)/.test(code) ? "dnsFailure" : "connectFailure";
}

/** A result code's own name says more than the text that servers send with it; neither holds a secret. */
function words(error: unknown): string {
  if (error instanceof ResultCodeError)
    return `${error.name.replace(/Error$/, "")}: ${error.message.trim().slice(0, 200)}`;
  return textOf(error).split("\n").at(-1)!.slice(0, 200);
}
