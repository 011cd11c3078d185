import type { Alarm } from "#alarms";
import type { LinkReport } from "#bridge-link";
import type { CallLegView, CallTotals, CallView, ParticipantView, TurnServerStatus } from "#call-bridge";
import type { EventEntry } from "#event-log";

/** What the pages of the administration are told. `now` is the server's clock: pages count from it, not from their own. */
export interface Overview {
  readonly now: number;
  readonly name: string;
  readonly version: string;
  readonly startedAt: number;
  /** Public name of the meetings. */
  readonly joinHost: string;
  readonly totals: CallTotals;
  readonly calls: number;
  /** In lobbies. */
  readonly waiting: number;
  readonly ways: LegWays;
  readonly spaces: number;
  readonly users: number;
  readonly alarms: readonly Alarm[];
  /** The latest warnings and errors of the event log, latest first. */
  readonly recent: readonly EventEntry[];
  readonly links: readonly LinkReport[];
  readonly turnServers: readonly TurnServerStatus[];
  /** Why guests outside can have no media now, if they cannot. */
  readonly noMedia: { readonly code: string; readonly detail: string } | undefined;
}

/** How many call legs come which way. */
export interface LegWays {
  readonly direct: number;
  readonly relays: readonly { readonly edge: string; readonly legs: number }[];
  /** Not connected yet. */
  readonly none: number;
}

export interface Calls {
  readonly now: number;
  readonly calls: readonly CallView[];
  readonly participants: readonly ParticipantView[];
  readonly callLegs: readonly CallLegView[];
}

export interface TurnServerList {
  readonly now: number;
  readonly turnServers: readonly TurnServerStatus[];
  readonly noMedia: Overview["noMedia"];
}

export interface WebBridgeList {
  readonly now: number;
  readonly webBridges: readonly WebBridgeRow[];
}

export interface WebBridgeRow {
  readonly id: string;
  readonly url: string;
  /** Undefined if this Call Bridge dials no link to it. */
  readonly link: LinkReport | undefined;
}

export interface UserList {
  /** All that match. */
  readonly total: number;
  readonly users: readonly {
    readonly id: string;
    readonly userJid: string;
    readonly name: string;
    readonly email: string;
    /** "local", "ldap", "oidc" */
    readonly source: string;
  }[];
}

/** One way into a space: the space's own, then those of its access methods. */
export interface SpaceLink {
  readonly accessMethod: { readonly id: string; readonly name: string } | undefined;
  readonly callId: string;
  readonly link: string;
  readonly invitations: readonly { readonly language: string; readonly subject: string; readonly text: string }[];
}
