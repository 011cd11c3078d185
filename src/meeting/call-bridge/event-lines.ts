import type { Actor } from "./control-contract.ts";
import { ICE_FAILURES, type IceFailure } from "./ice-failures.ts";

const by = ({ name, address }: Actor) => `by ${name}${address === undefined ? "" : ` from ${address}`}`;

/** Each line begins as the reference's do, so that filters made for it go on working; who did it comes last. */
export const lines = {
  resolving: (request: number) => `guest login request ${request}: resolution in progress`,
  notResolved: (request: number, why: string) => `guest login request ${request}: refused (${why})`,
  created: (identity: string) => `created guest account with user ID "${identity}"`,
  session: (identity: string) => `new session created for user "${identity}"`,

  callStarted: (call: string, name: string) => `conference ${call} named "${name}"`,
  callIds: (name: string, space: string, call: string) =>
    `API "${name}" Space GUID: ${space} <--> Call Correlator GUID: ${space} <--> Internal GUID: ${call}`,
  callEnded: (call: string) => `conference ${call} destroyed`,
  lockState: (call: string, locked: boolean, actor: Actor | undefined) =>
    `conference ${call}: lock state has changed to ${locked ? "locked" : "unlocked"}${actor ? ` ${by(actor)}` : ""}`,
  endedBy: (call: string, actor: Actor) => `conference ${call}: ended for all ${by(actor)}`,
  acted: (call: string, identity: string, what: string, actor: Actor) =>
    `conference ${call}: participant "${identity}" ${what} ${by(actor)}`,
  deactivated: (call: string, identity: string) =>
    `conference ${call}: participant "${identity}" deactivated, no activator is left`,
  tooLong: (call: string, identity: string, seconds: number) =>
    `conference ${call}: participant "${identity}" disconnected after maxCallDurationTime (${seconds} s)`,

  allocated: (number: number, identity: string, name: string, client: string) =>
    `call ${number}: allocated for ${identity} / "${name}" conference participation (${client})`,
  configured: (number: number, leg: string) => `call ${number}: configured - API call leg ${leg}`,
  legOfCall: (leg: string, call: string) => `API call leg ${leg} in call ${call} (API call ${call})`,
  securing: (number: number) => `call ${number}: starting DTLS combined media negotiation (as responder)`,
  secured: (number: number) => `call ${number}: completed DTLS combined media negotiation`,
  waiting: (identity: string, space: string, callId: string, why: string) =>
    `participant "${identity}" waits in the lobby of space ${space} (${callId}): ${why}`,
  waitedEnough: (identity: string, space: string, callId: string) =>
    `participant "${identity}" left the lobby of space ${space} (${callId})`,
  joined: (identity: string, space: string, callId: string) =>
    `participant "${identity}" joined space ${space} (${callId})`,
  left: (identity: string, space: string, callId: string) =>
    `participant "${identity}" left space ${space} (${callId})`,
  tornDown: (number: number, identity: string) => `call ${number}: tearing down ("${identity}" conference media)`,
  destroyed: (number: number, leg: string) => `call ${number}: destroying API call leg ${leg}`,
  iceFailure: (number: number, failure: IceFailure) =>
    `call ${number}: ICE failure ${failure} (${ICE_FAILURES[failure]})`,
} as const;
