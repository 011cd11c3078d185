import type { Alarms } from "#alarms";
import { type Clock, type Scope, TurnpikeError, textOf } from "#base";
import type { PoolEvent } from "#media";
import type { Storage } from "#storage";
import type { MeetingServerConfig } from "./config.ts";
import { checkCertificates } from "./operator-routes/index.ts";

const STORAGE_EVERY_MS = 5000;
const CERTIFICATES_EVERY_MS = 3600_000;

/** Raises an alarm while the storage cannot be read, also when nobody asks it anything. */
export function watchStorage(
  scope: Scope,
  where: string,
  storage: Pick<Storage, "list">,
  alarms: Alarms,
  everyMs = STORAGE_EVERY_MS,
): void {
  // The CMS API's name, where there is a connection that can be lost.
  const type = where.includes("://") ? "databaseConnectionError" : "storageUnreadable";
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    try {
      await storage.list("callBridge", { limit: 1 });
      alarms.clear(type);
    } catch (error) {
      const remedy = error instanceof TurnpikeError ? error.remedy : "see the log of the meeting server";
      alarms.raise({ type, text: textOf(error), remedy });
    } finally {
      looking = false;
    }
  };
  scope.every(everyMs, () => void look());
}

/** A media worker that ended by itself is an alarm until it runs again. */
export function watchMediaWorkers(alarms: Alarms): (event: PoolEvent) => void {
  return (event) => {
    const subject = { noun: "mediaWorker", id: String(event.worker) };
    if ("lost" in event)
      alarms.raise({
        type: "mediaWorkerLost",
        subject,
        text: `Media worker ${event.worker} ended: ${event.lost.why}`,
        remedy: "it is started again by itself; see the log for the cause if it happens again",
      });
    if ("ready" in event) alarms.clear("mediaWorkerLost", subject);
  };
}

export function watchCertificates(scope: Scope, config: MeetingServerConfig, alarms: Alarms, clock: Clock): void {
  checkCertificates(config, alarms, clock);
  scope.every(CERTIFICATES_EVERY_MS, () => checkCertificates(config, alarms, clock));
}
