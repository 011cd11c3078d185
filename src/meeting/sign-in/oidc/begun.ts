import { EncryptJWT, jwtDecrypt } from "jose";
import type { Clock } from "#base";
import { derivedKey } from "../sessions.ts";

const AUDIENCE = "turnpike-oidc";
/** Seconds that a person may take at the provider. */
const LIFE_S = 600;
const MAX_TOKEN = 4096;

/** A sign-in that was begun in one browser and goes on at a provider. */
export interface Begun {
  readonly provider: string;
  readonly state: string;
  readonly nonce: string;
  /** PKCE (RFC 7636). */
  readonly verifier: string;
  /** Path at the meeting app where the user goes afterwards. */
  readonly returnTo: string;
}

/**
 * Keeps what was begun in the browser that began it, as an encrypted token in its session cookie: no other browser can
 * finish it, no Call Bridge needs to remember it, and any Call Bridge on this storage can finish it.
 */
export class BegunSignIns {
  readonly #key: Uint8Array;
  readonly #clock: Clock;

  constructor(signingKey: Uint8Array, clock: Clock) {
    this.#key = derivedKey(signingKey, "turnpike sign-in at a provider");
    this.#clock = clock;
  }

  seal(begun: Begun): Promise<string> {
    return new EncryptJWT({ ...begun })
      .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
      .setAudience(AUDIENCE)
      .setExpirationTime(Math.floor(this.#clock.now() / 1000) + LIFE_S)
      .encrypt(this.#key);
  }

  /** Undefined for what is none, or too old. */
  async open(token: string | undefined): Promise<Begun | undefined> {
    if (token === undefined || token.length > MAX_TOKEN) return undefined;
    try {
      const { payload } = await jwtDecrypt(token, this.#key, {
        audience: AUDIENCE,
        requiredClaims: ["exp"],
        keyManagementAlgorithms: ["dir"],
        contentEncryptionAlgorithms: ["A256GCM"],
        currentDate: new Date(this.#clock.now()),
      });
      const { provider, state, nonce, verifier, returnTo } = payload as unknown as Begun;
      return { provider, state, nonce, verifier, returnTo };
    } catch {
      return undefined;
    }
  }
}
