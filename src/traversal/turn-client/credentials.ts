import { createHmac } from "node:crypto";

export interface TurnCredentials {
  readonly username: string;
  readonly password: string;
}

/** What a relay may be used for: a guest reaches the relays of bridges only, a bridge the public Internet as well. */
export type TurnRole = "guest" | "bridge";

/**
 * Credentials that a TURN server can verify without knowing them beforehand (draft-uberti-behave-turn-rest): the user
 * name is "<unix expiry>:<role>:<id>", the password a MAC over it. `expiresAt` in milliseconds since 1970.
 */
export function shortTermCredentials(secret: string, role: TurnRole, id: string, expiresAt: number): TurnCredentials {
  const username = `${Math.floor(expiresAt / 1000)}:${role}:${id}`;
  return { username, password: createHmac("sha1", secret).update(username).digest("base64") };
}
