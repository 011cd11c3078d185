import type { Alarms } from "#alarms";
import type { Clock, Log } from "#base";
import type { DialledLinks } from "#bridge-link";
import type { CallBridge, TurnServers } from "#call-bridge";
import type { Dns } from "#dns";
import type { EventLog } from "#event-log";
import type { SignIn } from "#sign-in";
import type { Storage } from "#storage";
import type { MeetingServerConfig } from "./config.ts";
import type { TrustEnds } from "./operator-routes/index.ts";
import type { WebBridges } from "./web-bridges.ts";

/** What every part of the meeting server works with. */
export interface Ground {
  readonly config: MeetingServerConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly storage: Storage;
  readonly alarms: Alarms;
  readonly events: EventLog;
  readonly dns: Dns;
  readonly trust: TrustEnds;
  readonly startedAt: number;
  readonly version: string;
  /** UUID of this meeting server: the same after a restart. */
  readonly hostId: string;
}

/** The parts that carry calls. */
export interface Bridges {
  readonly signIn: SignIn;
  readonly turnServers: TurnServers;
  readonly callBridge: CallBridge;
  readonly links: DialledLinks;
  readonly webBridges: WebBridges;
}

/** Addresses at which an edge is known to be: of its TURN server, from inside and from outside. */
export function edgeAddressesOf(turnServers: TurnServers): readonly string[] {
  return turnServers
    .all()
    .flatMap(({ serverAddress, clientAddress, hosts }) => [
      serverAddress,
      clientAddress,
      ...hosts.map(({ address }) => address),
    ]);
}
