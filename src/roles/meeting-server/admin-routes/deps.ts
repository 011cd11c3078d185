import type { Alarms } from "#alarms";
import type { Clock } from "#base";
import type { LinkReport } from "#bridge-link";
import type { CallControl, TurnServers } from "#call-bridge";
import type { EventLog } from "#event-log";
import type { Storage } from "#storage";

/** What the pages of the administration look into. */
export interface AdminRouteDeps {
  readonly calls: CallControl;
  readonly turnServers: TurnServers;
  readonly links: () => readonly LinkReport[];
  readonly alarms: Alarms;
  readonly events: EventLog;
  readonly storage: Storage;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly version: string;
  /** Of the Call Bridge. */
  readonly name: string;
  readonly clock: Clock;
  /** Public name of the meetings, with :port if it is not 443. */
  readonly joinHost: string;
}
