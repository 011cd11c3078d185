import type { Alarms } from "#alarms";
import { type Clock, type Scope, TurnpikeError, textOf } from "#base";
import type { Storage } from "#storage";
import type { MeetingServerConfig } from "./config.ts";
import { checkCertificates } from "./operator-routes/index.ts";

const STORAGE_EVERY_MS = 5000;
const CERTIFICATES_EVERY_MS = 3600_000;

/** Raises an alarm while the storage cannot be read, also when nobody asks it anything. */
export function watchStorage(scope: Scope, storage: Storage, alarms: Alarms): void {
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    try {
      await storage.list("callBridge", { limit: 1 });
      alarms.clear("storageUnreadable");
    } catch (error) {
      const remedy = error instanceof TurnpikeError ? error.remedy : "see the log of the meeting server";
      alarms.raise({ type: "storageUnreadable", text: textOf(error), remedy });
    } finally {
      looking = false;
    }
  };
  scope.every(STORAGE_EVERY_MS, () => void look());
}

export function watchCertificates(scope: Scope, config: MeetingServerConfig, alarms: Alarms, clock: Clock): void {
  checkCertificates(config, alarms, clock);
  scope.every(CERTIFICATES_EVERY_MS, () => checkCertificates(config, alarms, clock));
}
