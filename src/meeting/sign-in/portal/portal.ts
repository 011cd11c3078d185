import type { Clock, Log, RateLimit } from "#base";
import type { ClientOrigin, PortalAnswer, PortalRequest } from "#bridge-link";
import type { EventLog } from "#event-log";
import type { WebBridgeProfiles } from "#spaces";
import type { Storage, StoredObject } from "#storage";
import type { SignInLimits } from "../limits.ts";
import type { BegunSignIns } from "../oidc/begun.ts";
import type { Providers } from "../oidc/provider.ts";
import type { PasswordSignIn } from "../password-sign-in.ts";
import type { Sessions } from "../sessions.ts";

/** What the routes work with. */
export interface Portal {
  readonly storage: Storage;
  /** Whether users may sign in over the Web Bridge that a request came from. */
  readonly webBridges: WebBridgeProfiles;
  readonly sessions: Sessions;
  readonly passwords: PasswordSignIn;
  readonly providers: Providers;
  readonly begun: BegunSignIns;
  readonly limits: SignInLimits;
  /** Look-ups of other users, by user. */
  readonly lookups: RateLimit;
  readonly events: EventLog;
  readonly log: Log;
  readonly clock: Clock;
  /** Public name of the meetings: of links, and of the redirect URI. */
  readonly joinHost: string;
}

export interface OpenCall {
  readonly request: PortalRequest;
  readonly origin: ClientOrigin;
  /** The parts of the path that the route leaves open, in order. */
  readonly ids: readonly string[];
}

/** A request of someone who signed in. */
export interface UserCall extends OpenCall {
  readonly user: StoredObject;
}

export type Method = PortalRequest["method"];

/** `path` has `*` for an id. `session` routes are run for who signed in only. */
export type Route =
  | {
      readonly method: Method;
      readonly path: string;
      readonly session: true;
      run(portal: Portal, call: UserCall): Promise<PortalAnswer>;
    }
  | {
      readonly method: Method;
      readonly path: string;
      readonly session: false;
      /** Also where no users sign in. */
      readonly always?: true;
      run(portal: Portal, call: OpenCall): Promise<PortalAnswer>;
    };

/** As the webBridgeProfile of the Web Bridge says from which a request came. */
export async function userPortalEnabled({ webBridges }: Portal, origin: ClientOrigin): Promise<boolean> {
  return (await webBridges.of(origin.webBridge)).userPortalEnabled;
}
