import { type Log, type Scope, textOf } from "#base";
import { writeBackup } from "./backup/write.ts";
import type { Change, ObjectWriter, Storage } from "./contract.ts";
import { CallersError, type StorageEngine } from "./engine.ts";
import { objectReader } from "./objects/reader.ts";
import type { Shapes } from "./objects/shape.ts";
import { TransactionWriter } from "./objects/writer.ts";
import type { Sealer } from "./sealing.ts";
import { signingKey } from "./settings.ts";

export interface StorageParts {
  readonly engine: StorageEngine;
  readonly shapes: Shapes;
  readonly sealer: Sealer;
  readonly log: Log | undefined;
}

/** The storage over any engine. */
export function storageOver(scope: Scope, parts: StorageParts): Storage {
  const { engine, shapes, sealer } = parts;
  const listeners = new Set<(changes: readonly Change[]) => void>();
  scope.defer(() => listeners.clear());
  const tell = (changes: readonly Change[]) => {
    if (changes.length > 0) for (const listener of [...listeners]) told(listener, changes, parts.log);
  };
  return {
    ...objectReader((run) => engine.read(run), shapes, sealer),
    change: async (run) => {
      const { result, changes } = await committed(parts, run);
      tell(changes);
      return result;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signingKey: () => signingKey(engine, sealer),
    backup: (file) => writeBackup(engine, sealer, file),
  };
}

async function committed<T>(parts: StorageParts, run: (writer: ObjectWriter) => Promise<T>) {
  const { engine, shapes, sealer } = parts;
  try {
    return await engine.alone(async (db) => {
      const transaction = new TransactionWriter(engine.name, db, shapes, sealer);
      const result = await run(transaction.writer).catch((error) => {
        transaction.finish();
        throw new CallersError(error);
      });
      transaction.finish();
      return { result, changes: transaction.changes };
    });
  } catch (error) {
    throw error instanceof CallersError ? error.thrown : error;
  }
}

/** The change is done: a listener that fails cannot undo it, and the others are told. */
function told(listener: (changes: readonly Change[]) => void, changes: readonly Change[], log: Log | undefined): void {
  try {
    listener(changes);
  } catch (error) {
    log?.error("a listener of the storage failed", { error: textOf(error) });
  }
}
