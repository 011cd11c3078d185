import type { Alarms } from "#alarms";
import type { Clock, Log } from "#base";
import type { CallControl, TurnServers } from "#call-bridge";
import type { EventLog } from "#event-log";
import type { LdapSyncs } from "#sign-in";
import type { Storage } from "#storage";

export interface ApiOptions {
  readonly storage: Storage;
  readonly calls: CallControl;
  readonly turnServers: TurnServers;
  readonly webBridges: { status(id: string): "unused" | "success" | "connectionFailure" | "dnsFailure" };
  readonly alarms: Alarms;
  readonly events: EventLog;
  readonly system: () => {
    /** UUID of this server. */
    readonly hostId: string;
    readonly softwareVersion: string;
    readonly uptimeSeconds: number;
    /** What the next call record will have. */
    readonly cdrCorrelatorIndex: number;
  };
  /** Without it `ldapSyncs` answers invalidOperation. */
  readonly ldapSync?: Pick<LdapSyncs, "start" | "list" | "get" | "cancel">;
  /** Name of this Call Bridge, as in its callBridge object; for `callBridgeFilter`. */
  readonly callBridge?: string;
  /** In links: "join.example.com". */
  readonly joinHost: string;
  readonly clock: Clock;
  readonly log: Log;
}
