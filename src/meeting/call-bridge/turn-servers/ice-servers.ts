import type { IceServer } from "#bridge-link";
import { shortTermCredentials } from "#turn-client";
import { type TurnServer, urlsOf } from "./turn-server.ts";

/** How long a guest's TURN credentials are good: they renew allocations with them all through a meeting, ms. */
const CREDENTIALS_LIFE = 24 * 3600_000;

/** What a guest is given for a TURN server. Undefined if it has no credentials: browsers take none without. */
export function iceServerOf(server: TurnServer, identity: string, now: number): IceServer | undefined {
  const { credentials } = server;
  if (credentials.kind === "none") return undefined;
  const { username, password } =
    credentials.kind === "static"
      ? credentials
      : shortTermCredentials(credentials.sharedSecret, "guest", identity, now + CREDENTIALS_LIFE);
  return { urls: urlsOf(server), username, credential: password };
}
