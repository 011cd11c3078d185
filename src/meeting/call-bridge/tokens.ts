import { jwtVerify, SignJWT } from "jose";
import type { Clock } from "#base";

/** Whom a token names, and in which call. */
export interface AccessToken {
  readonly identity: string;
  readonly name: string;
  readonly callId: string;
  readonly spaceId: string;
  readonly spaceName: string;
  /** UUID of the call: a token is good for nothing in the next call of the same space. */
  readonly call: string;
}

const ISSUER = "turnpike";
const ALGORITHM = "HS256";
/** Audience of the tokens with which the lobby is asked for news. Access tokens have none, as LiveKit's. */
const LOBBY = "lobby";
/** Time to connect after joining, or to join again by itself after a break; running sessions get new ones, s. */
export const TOKEN_LIFE = 600;
/** A lobby is waited in for hours; whoever stops asking is forgotten much sooner. */
const LOBBY_LIFE = 24 * 3600;
/** A session that is taken up again shows the token that it has, however old. */
const ANY_AGE = 30 * 24 * 3600;
const MAX_TOKEN = 8192;

/**
 * LiveKit access tokens and lobby tokens (JWT, RFC 7519), signed with the storage's key. They only say who somebody is:
 * whether the call expects them now, the call decides.
 */
export class Tokens {
  readonly #key: Uint8Array;
  readonly #clock: Clock;

  constructor(key: Uint8Array, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  issue(token: AccessToken): Promise<string> {
    const video = { room: token.callId, roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: true };
    return this.#sign(token, { video }, TOKEN_LIFE);
  }

  issueLobby(token: AccessToken): Promise<string> {
    return this.#sign(token, { aud: LOBBY, room: token.callId }, LOBBY_LIFE);
  }

  /** Undefined for what we did not sign as an access token, or is too old unless `mayBeExpired`. */
  async verify(token: string, mayBeExpired = false): Promise<AccessToken | undefined> {
    const payload = await this.#payload(token, mayBeExpired);
    const room = (payload?.video as { room?: unknown } | undefined)?.room;
    return payload && payload.aud === undefined ? accessOf(payload, room) : undefined;
  }

  async verifyLobby(token: string): Promise<AccessToken | undefined> {
    const payload = await this.#payload(token, false);
    return payload?.aud === LOBBY ? accessOf(payload, payload.room) : undefined;
  }

  #sign(token: AccessToken, claims: Record<string, unknown>, life: number): Promise<string> {
    const now = Math.floor(this.#clock.now() / 1000);
    const { identity, name, spaceId, spaceName, call } = token;
    return new SignJWT({ name, ...claims, space: { id: spaceId, name: spaceName }, call })
      .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
      .setIssuer(ISSUER)
      .setSubject(identity)
      .setIssuedAt(now)
      .setNotBefore(now - 60)
      .setExpirationTime(now + life)
      .sign(this.#key);
  }

  async #payload(token: string, mayBeExpired: boolean): Promise<Record<string, unknown> | undefined> {
    if (token.length > MAX_TOKEN) return undefined;
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        currentDate: new Date(this.#clock.now()),
        requiredClaims: ["sub", "exp"],
        clockTolerance: mayBeExpired ? ANY_AGE : 0,
      });
      return payload;
    } catch {
      return undefined;
    }
  }
}

/** Other parts sign with the same key, and other claims: what is not ours has not all of these. */
function accessOf(payload: Record<string, unknown>, room: unknown): AccessToken | undefined {
  const space = payload.space as { id?: unknown; name?: unknown } | undefined;
  const fields = {
    identity: payload.sub,
    name: payload.name,
    callId: room,
    spaceId: space?.id,
    spaceName: space?.name,
    call: payload.call,
  };
  return Object.values(fields).every((value) => typeof value === "string") ? (fields as AccessToken) : undefined;
}
