/** What can be traced in detail, with a sentence for the page that switches it on. */
export const SUBSYSTEMS = {
  call: "each change of a call, its participants and call legs",
  ice: "candidates, checks and the chosen path of each call leg",
  signalling: "each message between a meeting app and the Call Bridge, without its content",
  api: "each request to the API with its parameters' names, answer and duration",
  "bridge-link": "each request and event between Call Bridge and Web Bridges",
  dns: "each look-up with its answer, server and duration",
  "sign-in": "each step of a sign-in, without passwords and tokens",
  turn: "each probe and allocation on a TURN server",
  ldap: "each connection, bind and search on an LDAP server, without passwords",
  "active-speaker": "each change of who is speaking, with the levels that led to it",
} as const satisfies Readonly<Record<string, string>>;

export type Subsystem = keyof typeof SUBSYSTEMS;

export function isSubsystem(name: string): name is Subsystem {
  return Object.hasOwn(SUBSYSTEMS, name);
}
