/** The event log of a Call Bridge, in the words that administrators of such servers know. */
export type EventLine = (level: "info" | "warning" | "error", text: string) => void;

/** Numbers of ICE failures; 4 is the one that the guide shows. */
export type IceFailure = 1 | 2 | 3 | 4;

const ICE_FAILURES: Readonly<Record<IceFailure, string>> = {
  1: "no answer - check that the TURN server can be reached",
  2: "refused - see the log of the TURN server",
  3: "no path - check the firewall between the participant and the media",
  4: "unauthorized - check credentials",
};

/** By the code with which an edge failed. */
export function iceFailureOf(code: string): IceFailure {
  if (code === "TURN_CLIENT_UNAUTHORIZED") return 4;
  return code === "TURN_CLIENT_REFUSED" ? 2 : 1;
}

/** Each line begins as the reference's do, so that filters made for it go on working. */
export const lines = {
  callStarted: (space: string, name: string) => `conference ${space} named "${name}"`,
  callEnded: (space: string) => `conference ${space} destroyed`,
  allocated: (call: number, identity: string, name: string, client: string) =>
    `call ${call}: allocated for ${identity} / "${name}" conference participation (${client})`,
  configured: (call: number, leg: string) => `call ${call}: configured - API call leg ${leg}`,
  securing: (call: number) => `call ${call}: starting DTLS combined media negotiation (as responder)`,
  secured: (call: number) => `call ${call}: completed DTLS combined media negotiation`,
  joined: (identity: string, space: string, callId: string) =>
    `participant "${identity}" joined space ${space} (${callId})`,
  left: (identity: string, space: string, callId: string) =>
    `participant "${identity}" left space ${space} (${callId})`,
  tornDown: (call: number, identity: string) => `call ${call}: tearing down ("${identity}" conference media)`,
  destroyed: (call: number, leg: string) => `call ${call}: destroying API call leg ${leg}`,
  iceFailure: (call: number, failure: IceFailure) => `call ${call}: ICE failure ${failure} (${ICE_FAILURES[failure]})`,
} as const;
