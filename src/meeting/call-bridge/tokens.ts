import { jwtVerify, SignJWT } from "jose";
import type { Clock } from "#base";

/** Whom an access token admits, and where. */
export interface AccessToken {
  readonly identity: string;
  readonly name: string;
  readonly callId: string;
  readonly spaceId: string;
  readonly spaceName: string;
}

const ISSUER = "turnpike";
const ALGORITHM = "HS256";
/** Time to connect after joining, or to join again by itself after a break; running sessions get new ones, s. */
export const TOKEN_LIFE = 600;
/** A session that is taken up again shows the token that it has, however old. */
const ANY_AGE = 30 * 24 * 3600;
const MAX_TOKEN = 8192;

/** LiveKit access tokens (JWT, RFC 7519), signed with the storage's key. */
export class Tokens {
  readonly #key: Uint8Array;
  readonly #clock: Clock;

  constructor(key: Uint8Array, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  issue(token: AccessToken): Promise<string> {
    const now = Math.floor(this.#clock.now() / 1000);
    const { identity, name, callId, spaceId, spaceName } = token;
    const video = { room: callId, roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: true };
    return new SignJWT({ name, video, space: { id: spaceId, name: spaceName } })
      .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
      .setIssuer(ISSUER)
      .setSubject(identity)
      .setIssuedAt(now)
      .setNotBefore(now - 60)
      .setExpirationTime(now + TOKEN_LIFE)
      .sign(this.#key);
  }

  /** Undefined for what we did not sign, or is too old unless `mayBeExpired`. */
  async verify(token: string, mayBeExpired = false): Promise<AccessToken | undefined> {
    if (token.length > MAX_TOKEN) return undefined;
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        currentDate: new Date(this.#clock.now()),
        requiredClaims: ["sub", "exp"],
        clockTolerance: mayBeExpired ? ANY_AGE : 0,
      });
      return accessOf(payload);
    } catch {
      return undefined;
    }
  }
}

/** We signed it, so its claims have their types. */
function accessOf(payload: Record<string, unknown>): AccessToken {
  const { room } = payload.video as { room: string };
  const space = payload.space as { id: string; name: string };
  return {
    identity: String(payload.sub),
    name: String(payload.name),
    callId: room,
    spaceId: space.id,
    spaceName: space.name,
  };
}
