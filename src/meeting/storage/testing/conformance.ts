import { test } from "node:test";
import { Scope } from "#base";
import type { Storage } from "../contract.ts";
import { backupChecks } from "./conformance-backup.ts";
import { changeChecks } from "./conformance-changes.ts";
import { listChecks } from "./conformance-lists.ts";
import { objectChecks } from "./conformance-objects.ts";
import { uniquenessChecks } from "./conformance-uniqueness.ts";

/** One empty storage. `open` gives it the same at every call, as another process would. */
export interface Place {
  open(scope: Scope): Promise<Storage>;
  restore(file: string, options?: { readonly force?: boolean }): Promise<{ readonly objects: number }>;
}

export interface World {
  readonly storage: Storage;
  readonly place: Place;
  readonly scope: Scope;
  readonly fresh: () => Promise<Place>;
}

export type Check = (name: string, run: (world: World) => Promise<void>) => void;

/** What every engine must do; `fresh` gives a new place. */
export function storageConformance(engine: string, fresh: () => Promise<Place>): void {
  const check: Check = (name, run) => {
    test(`${engine}: ${name}`, async () => {
      await using scope = new Scope();
      const place = await fresh();
      await run({ storage: await place.open(scope), place, scope, fresh });
    });
  };
  objectChecks(check);
  listChecks(check);
  uniquenessChecks(check);
  changeChecks(check);
  backupChecks(check);
}
