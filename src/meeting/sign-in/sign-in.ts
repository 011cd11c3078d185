import type { Alarms } from "#alarms";
import { type Clock, type Log, RateLimit, type Scope } from "#base";
import type { ClientOrigin, PortalAnswer, PortalRequest } from "#bridge-link";
import type { Dns } from "#dns";
import type { EventLog } from "#event-log";
import { webBridgeProfiles } from "#spaces";
import type { Storage } from "#storage";
import type { SignInConfig } from "./config.ts";
import { textField } from "./fields.ts";
import { LdapHealth } from "./ldap/health.ts";
import { type LdapSyncs, ldapSyncs } from "./ldap/syncs.ts";
import { SignInLimits } from "./limits.ts";
import { networkOf } from "./network.ts";
import { BegunSignIns } from "./oidc/begun.ts";
import { providers } from "./oidc/provider.ts";
import { PasswordSignIn } from "./password-sign-in.ts";
import type { Portal } from "./portal/portal.ts";
import { answer } from "./portal/router.ts";
import { Sessions } from "./sessions.ts";

/** Look-ups of other users by one user in a minute. */
const LOOKUPS = 30;
const MINUTE_MS = 60_000;

export interface SignInOptions {
  readonly storage: Storage;
  readonly events: EventLog;
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly log: Log;
  /** Public name of the meetings; identity providers send browsers back to it. */
  readonly joinHost: string;
  /** Names of directories and providers are looked up here; by the operating system if it is left out. */
  readonly dns?: Dns;
  readonly config?: Partial<SignInConfig>;
}

export interface SessionUser {
  readonly userId: string;
  readonly userJid: string;
  readonly name: string;
}

export interface SignIn {
  /** What the Web Bridge got under /api. Never rejects. */
  portal(request: PortalRequest, origin: ClientOrigin): Promise<PortalAnswer>;
  /** Whose session it is; undefined if it is none, or has ended. */
  sessionUser(token: string): Promise<SessionUser | undefined>;
  readonly ldapSyncs: LdapSyncs;
}

/** Sign-in of users by password (local, LDAP) and at identity providers, and their own spaces. */
export async function openSignIn(scope: Scope, options: SignInOptions): Promise<SignIn> {
  const { storage, events, alarms, clock, log, joinHost, dns, config } = options;
  const key = await storage.signingKey();
  const network = networkOf(dns, scope.signal);
  const health = new LdapHealth(alarms, events);
  const limits = new SignInLimits(clock);
  const sessions = new Sessions(storage, key, clock, config?.sessionHours ?? 12);
  const passwords = new PasswordSignIn(scope, { storage, events, log, clock, network, health, limits });
  const everyMinutes = config?.ldapSyncMinutes ?? 60;
  const syncs = ldapSyncs(scope, { storage, network, health, events, log, everyMinutes });
  const portal: Portal = {
    storage,
    webBridges: webBridgeProfiles(scope, storage),
    sessions,
    passwords,
    providers: providers(storage, network, clock),
    begun: new BegunSignIns(key, clock),
    limits,
    lookups: new RateLimit(LOOKUPS, MINUTE_MS, clock),
    events,
    log,
    clock,
    joinHost,
  };
  return {
    portal: (request, origin) => answer(portal, request, origin),
    sessionUser: async (token) => {
      const user = await sessions.userOf(token);
      const userJid = user && textField(user, "userJid");
      return userJid === undefined
        ? undefined
        : { userId: user!.id, userJid, name: textField(user!, "name") ?? userJid };
    },
    ldapSyncs: syncs,
  };
}
