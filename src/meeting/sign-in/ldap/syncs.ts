import { randomUUID } from "node:crypto";
import { type Log, type Scope, TurnpikeError, textOf } from "#base";
import { fail } from "../errors.ts";
import { type ImportTools, importSource, removeOrphans } from "./import.ts";
import { loadSource } from "./source.ts";

/** Syncs that wait at once, and finished ones that are remembered. */
const MAX_WAITING = 20;
const MAX_FINISHED = 100;
/** Clashes that are named in the event log. */
const MAX_NAMED = 20;

export type LdapSyncFailure = "tenantDoesNotExist" | "ldapSourceDoesNotExist" | "clashOccurred" | "ldapError";

/** As the CMS API has it. */
export interface LdapSync {
  readonly id: string;
  readonly state: "pending" | "inProgress" | "complete" | "failed";
  readonly failureReason: LdapSyncFailure | undefined;
  readonly numUsersImported: number;
  readonly numLdapSourcesComplete: number;
  readonly tenant: string | undefined;
  readonly ldapSource: string | undefined;
  readonly removeWhenFinished: boolean;
}

export interface SyncParameters {
  /** Only sources of this tenant. */
  readonly tenant?: string | undefined;
  readonly ldapSource?: string | undefined;
  /** True if left out. */
  readonly removeWhenFinished?: boolean | undefined;
}

/** Imports of users from directories, one after the other. */
export interface LdapSyncs {
  /** Throws LDAP_TOO_MANY_SYNCS. */
  start(parameters?: SyncParameters): LdapSync;
  /** Oldest first. */
  list(): readonly LdapSync[];
  get(id: string): LdapSync | undefined;
  /** Only what has not begun can be cancelled. */
  cancel(id: string): "cancelled" | "running" | "unknown";
  /** Resolves when nothing waits or runs any more. */
  idle(): Promise<void>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface SyncOptions extends ImportTools {
  readonly log: Log;
  /** Minutes between two imports of everything. */
  readonly everyMinutes: number;
}

export function ldapSyncs(scope: Scope, options: SyncOptions): LdapSyncs {
  const syncs = new Map<string, Mutable<LdapSync>>();
  let running: Promise<void> | undefined;
  scope.defer(() => running);

  const start = (parameters: SyncParameters = {}): LdapSync => {
    const waiting = [...syncs.values()].filter(({ state }) => state === "pending");
    if (waiting.length >= MAX_WAITING) throw fail("LDAP_TOO_MANY_SYNCS", { limit: MAX_WAITING });
    const sync = newSync(parameters);
    syncs.set(sync.id, sync);
    running ??= work();
    return { ...sync };
  };
  const work = async () => {
    // Not at once: whoever started one sees it pending, and may cancel it.
    await Promise.resolve();
    for (let sync = next(syncs); sync && !scope.closed; sync = next(syncs)) {
      await runSync(sync, options);
      if (sync.removeWhenFinished) syncs.delete(sync.id);
      forget(syncs);
    }
    running = undefined;
  };
  scope.every(options.everyMinutes * 60_000, () => {
    if (!running) start();
  });
  return {
    start,
    list: () => [...syncs.values()].map((sync) => ({ ...sync })),
    get: (id) => {
      const sync = syncs.get(id);
      return sync && { ...sync };
    },
    cancel: (id) => {
      const sync = syncs.get(id);
      if (!sync) return "unknown";
      if (sync.state !== "pending") return "running";
      syncs.delete(id);
      return "cancelled";
    },
    idle: async () => {
      while (running) await running;
    },
  };
}

function newSync(parameters: SyncParameters): Mutable<LdapSync> {
  return {
    id: randomUUID(),
    state: "pending",
    failureReason: undefined,
    numUsersImported: 0,
    numLdapSourcesComplete: 0,
    tenant: parameters.tenant,
    ldapSource: parameters.ldapSource,
    removeWhenFinished: parameters.removeWhenFinished ?? true,
  };
}

function next(syncs: ReadonlyMap<string, Mutable<LdapSync>>): Mutable<LdapSync> | undefined {
  return [...syncs.values()].find(({ state }) => state === "pending");
}

function forget(syncs: Map<string, Mutable<LdapSync>>): void {
  const finished = [...syncs.values()].filter(({ state }) => state === "complete" || state === "failed");
  for (const { id } of finished.slice(0, -MAX_FINISHED)) syncs.delete(id);
}

/** Never rejects: what goes wrong is the sync's failure. */
async function runSync(sync: Mutable<LdapSync>, options: SyncOptions): Promise<void> {
  sync.state = "inProgress";
  const failed = (reason: LdapSyncFailure) => {
    sync.failureReason ??= reason;
  };
  try {
    const ids = await sourcesOf(sync, options, failed);
    for (const id of ids) await runSource(id, sync, options, failed);
    if (sync.tenant === undefined && sync.ldapSource === undefined) await withoutSource(options);
  } catch (error) {
    failed("ldapError");
    options.events.write("error", `LDAP sync failed: ${textOf(error)}`);
  }
  sync.state = sync.failureReason ? "failed" : "complete";
}

async function sourcesOf(
  { tenant, ldapSource }: LdapSync,
  { storage }: SyncOptions,
  failed: (reason: LdapSyncFailure) => void,
): Promise<readonly string[]> {
  if (tenant !== undefined && !(await storage.get("tenant", tenant))) {
    failed("tenantDoesNotExist");
    return [];
  }
  const { objects } = await storage.list("ldapSource", tenant === undefined ? {} : { where: { tenant } });
  const wanted = objects.filter(({ id }) => ldapSource === undefined || id === ldapSource);
  if (ldapSource !== undefined && wanted.length === 0) failed("ldapSourceDoesNotExist");
  return wanted.map(({ id }) => id);
}

async function runSource(
  id: string,
  sync: Mutable<LdapSync>,
  options: SyncOptions,
  failed: (reason: LdapSyncFailure) => void,
): Promise<void> {
  const { events, log } = options;
  try {
    const source = await loadSource(options.storage, id);
    if (!source) return failed("ldapSourceDoesNotExist");
    if (!source.server.secure)
      log.warn("passwords go to this directory unencrypted", { server: source.server.address });
    const { imported, removed, unusable, clashes } = await importSource(source, options);
    sync.numUsersImported += imported;
    sync.numLdapSourcesComplete++;
    const text = `LDAP sync of "${source.baseDn}" on "${source.server.address}": ${imported} users imported, ${removed} removed`;
    events.write("info", unusable ? `${text}, ${unusable} entries without a usable jid` : text);
    for (const { jid, why } of clashes.slice(0, MAX_NAMED))
      events.write("warning", `LDAP sync: clash, "${jid}" is left as it is: ${why}`);
    if (clashes.length) failed("clashOccurred");
  } catch (error) {
    failed("ldapError");
    log.warn("LDAP sync failed", { source: id, why: textOf(error) });
    const remedy = error instanceof TurnpikeError ? ` - ${error.remedy}` : "";
    events.write("error", `LDAP sync failed: ${textOf(error)}${remedy}`);
  }
}

async function withoutSource({ storage, events }: SyncOptions): Promise<void> {
  const removed = await removeOrphans(storage);
  if (removed) events.write("info", `LDAP sync: ${removed} users removed, because their ldapSource is gone`);
}
