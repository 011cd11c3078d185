import { connect, isIP } from "node:net";
import {
  BusyError,
  Client,
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
  await using client = open(server, network);
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
  await using client = open(server, network);
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

function open(server: LdapServer, network: Network): Client {
  const { address, portNumber, secure, caCertificate } = server;
  const host = address.includes(":") ? `[${address}]` : address;
  const lookup = network.lookup ? { lookup: network.lookup } : {};
  const servername = isIP(address) ? {} : { servername: address };
  const tlsOptions = {
    ...(caCertificate ? { ca: caCertificate } : {}),
    minVersion: "TLSv1.2" as const,
    ...lookup,
    ...servername,
  };
  return new Client({
    url: `${secure ? "ldaps" : "ldap"}://${host}:${portNumber}`,
    connectTimeout: CONNECT_MS,
    timeout: ANSWER_MS,
    ...(secure
      ? { tlsOptions }
      : { createConnection: (() => connect({ host: address, port: portNumber, ...lookup })) as typeof connect }),
  });
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
