import { randomUUID } from "node:crypto";
import type { ClientOrigin } from "#bridge-link";
import type { Admission, CallLegRules } from "#spaces";
import type { Comer, WaitWhy } from "./lobby-gate.ts";
import type { SignedInUser } from "./session-user.ts";

/** Where someone stands with a call; times are milliseconds since 1970. */
export type Standing =
  | { readonly state: "lobby"; readonly since: number; readonly why: WaitWhy }
  /** Admitted, and not yet connected. */
  | { readonly state: "expected"; readonly since: number }
  | { readonly state: "present"; readonly sid: string; readonly since: number }
  /** Was in the call, and may come back with its token. */
  | { readonly state: "away"; readonly since: number };

/** Which profile each parameter comes from, lowest precedence first. */
export type RulesTrace = readonly { readonly scope: string; readonly profileId: string | undefined }[];

export type OwnRules = { [K in keyof CallLegRules]?: CallLegRules[K] };

export interface AttendeeOptions {
  readonly identity: string;
  readonly name: string;
  readonly admission: Admission;
  readonly user: SignedInUser | undefined;
  readonly origin: ClientOrigin;
  readonly rules: CallLegRules;
  readonly trace: RulesTrace;
  readonly standing: Standing;
}

/** Someone who is in a call, waits in its lobby, or may come (back) into it: the participant of the API. */
export class Attendee implements Comer {
  readonly id = randomUUID();
  /** Of its present leg, or of the one that it will have. */
  legId: string = randomUUID();
  readonly identity: string;
  name: string;
  /** Shown in place of its name. */
  label = "";
  admission: Admission;
  user: SignedInUser | undefined;
  origin: ClientOrigin;
  standing: Standing;
  wasIn = false;
  /** It has asked to join since it last connected; else its client mends the connection by itself. */
  asked = true;
  letIn = false;
  importance: number | undefined;
  /** Since when it has been in the call or in its lobby. */
  readonly joinedAt: number;
  /** When it last asked for news, in the lobby. */
  heardAt: number;
  /** Requests of the lobby that wait for news. */
  readonly polls = new Set<(whatever?: "whatever") => void>();
  #inherited: CallLegRules;
  #trace: RulesTrace;
  #own: OwnRules = {};

  constructor(options: AttendeeOptions) {
    this.identity = options.identity;
    this.name = options.name;
    this.admission = options.admission;
    this.user = options.user;
    this.origin = options.origin;
    this.standing = options.standing;
    this.joinedAt = options.standing.since;
    this.heardAt = options.standing.since;
    this.#inherited = options.rules;
    this.#trace = options.trace;
  }

  get rules(): CallLegRules {
    return { ...this.#inherited, ...this.#own };
  }

  get ownRules(): OwnRules {
    return this.#own;
  }

  get trace(): RulesTrace {
    const own = Object.keys(this.#own).length > 0;
    return own ? [...this.#trace, { scope: "callLeg", profileId: undefined }] : this.#trace;
  }

  get shownName(): string {
    return this.label || this.name;
  }

  get isHost(): boolean {
    return isHost(this.rules);
  }

  inherit(rules: CallLegRules, trace: RulesTrace): void {
    this.#inherited = rules;
    this.#trace = trace;
  }

  /** Sets parameters for this leg alone; `undefined` takes one back. */
  setOwn(change: { readonly [K in keyof CallLegRules]?: CallLegRules[K] | undefined }): void {
    const merged = Object.entries({ ...this.#own, ...change });
    this.#own = Object.fromEntries(merged.filter(([, value]) => value !== undefined)) as OwnRules;
  }

  /** Answers the requests that wait for news of it. */
  tell(): void {
    for (const poll of [...this.polls]) poll();
  }
}

/** It lets others in and may steer the meeting: the app shows it as host. */
export function isHost(rules: CallLegRules): boolean {
  const steers =
    rules.callLockAllowed || rules.endCallAllowed || rules.disconnectOthersAllowed || rules.muteOthersAllowed;
  return !rules.needsActivation && steers;
}

/** What whoever is made host may do. */
export const HOST_RULES = {
  needsActivation: false,
  callLockAllowed: true,
  endCallAllowed: true,
  disconnectOthersAllowed: true,
  muteOthersAllowed: true,
  videoMuteOthersAllowed: true,
  setImportanceAllowed: true,
} as const satisfies OwnRules;
